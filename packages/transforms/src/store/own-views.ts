import { largeStatements, literal, reasonOf, type Warehouse, WarehouseError } from '@footfall/warehouse';
import { type Model, type OwnFile, onOneLine } from '../compile/model.js';
import { placeOf } from '../compile/own/place-of.js';
import type { Project } from '../compile/project.js';
import type { OwnStates } from '../plan/plan.js';
import { createView, ownComment, runsViewOf, standaloneDefinition, viewComment, viewDefinition } from './layout.js';
import type { Present } from './views.js';

/**
 * The views of own models. They are replaced after the run that publishes them. The comment of each ends as
 * `ownComment` has it, so that a run recognises views of models that the project no longer has.
 */

/** Own views that must be made or replaced, and the names of those to drop. */
interface OwnViewChanges {
	made: Model[];
	dropped: string[];
	/** Views of models that are not current, which show the runs of other models of this package. */
	outdated: string[];
}

/**
 * The changes after which the views show the published rows. Pure.
 *
 * @param project models of this package and own ones
 * @param states the own models of the published run
 */
function ownViewChanges(project: Project, states: OwnStates, present: Present): OwnViewChanges {
	const made = project.own.models.filter((model) => {
		const state = states[model.name];
		const isCurrent = state !== undefined && state.fault === undefined && state.version === model.own?.version;
		return isCurrent && present.get(model.name) !== viewComment(model, project);
	});
	const own = [...present].filter(([, comment]) => ownComment.test(comment));
	const dropped = own.map(([name]) => name).filter((name) => !Object.hasOwn(states, name));
	const outdated = own
		.filter(([name, comment]) => states[name]?.fault !== undefined && !comment.endsWith(` ${project.checksum})`))
		.map(([name]) => name);
	return { made, dropped, outdated };
}

/** Those of some tables of own models that a view of the database shows. */
export async function tablesShown(warehouse: Warehouse, tables: readonly string[]): Promise<string[]> {
	if (tables.length === 0) return [];
	const rows = await warehouse.query<{ definition: string }>(
		`SELECT create_table_query AS definition FROM system.tables
		WHERE database = currentDatabase() AND engine = 'View' AND match(comment, {own:String})`,
		{ params: { own: ownComment.source } },
	);
	return tables.filter((table) => rows.some(({ definition }) => definition.includes(runsViewOf(table))));
}

/** Whether the views show the published rows of own models. Pure. */
export function areOwnViewsCurrent(project: Project, states: OwnStates, present: Present): boolean {
	const { made, dropped } = ownViewChanges(project, states, present);
	return made.length === 0 && dropped.length === 0;
}

/**
 * Makes, replaces and drops the views that `ownViewChanges` finds, in lineage order. A view that ClickHouse refuses
 * stays as it is, and so do the views of the models that read it.
 *
 * @returns the faults of the models whose views ClickHouse has refused, by their names
 */
export async function turnOwnViews(
	warehouse: Warehouse,
	project: Project,
	states: OwnStates,
	present: Present,
): Promise<Map<string, string>> {
	const { made, dropped, outdated } = ownViewChanges(project, states, present);
	const refused = new Map<string, string>();
	const held = new Set<string>();
	for (const model of project.own.models) {
		if (model.reads.some((name) => held.has(name))) held.add(model.name);
		if (held.has(model.name) || !made.includes(model)) continue;
		await warehouse.command(createView(model, project), { settings: largeStatements }).catch((error) => {
			if (!(error instanceof WarehouseError) || error.outcome === 'unknown') throw error;
			held.add(model.name);
			refused.set(model.name, faultOfView(model.own as OwnFile, error));
		});
	}
	for (const name of dropped) await warehouse.command(`DROP VIEW IF EXISTS ${name}`);
	for (const name of outdated) await followModels(warehouse, project, name, present.get(name) as string);
	return refused;
}

const faultOfView = (own: OwnFile, error: WarehouseError): string =>
	`${placeOf(own, error.message)}: ClickHouse refuses the view of this model: ${reasonOf(error)}`;

/** Lets the view of a model that is not current show the runs of the present models of this package. */
async function followModels(warehouse: Warehouse, project: Project, name: string, comment: string): Promise<void> {
	const [row] = await warehouse.query<{ definition: string }>(
		'SELECT as_select AS definition FROM system.tables WHERE database = currentDatabase() AND name = {name:String}',
		{ params: { name } },
	);
	const definition = row?.definition.replace(/(models = ')[0-9a-f]{16}(')/, `$1${project.checksum}$2`);
	if (definition === undefined || definition === row?.definition) return;
	const outdated = comment.replace(/( [0-9a-f]{16})( [0-9a-f]{16})?\)$/, `$1 ${project.checksum})`);
	await warehouse.command(`CREATE OR REPLACE VIEW ${name} AS ${definition} COMMENT ${literal(outdated)}`, {
		settings: largeStatements,
	});
}

/**
 * Asks ClickHouse whether it accepts an own model without stored rows.
 *
 * @throws WarehouseError when it does not
 */
export async function checkOwnView(warehouse: Warehouse, project: Project, model: Model): Promise<void> {
	const sourceOf = (read: Model) => `(${onOneLine(standaloneDefinition(read, project))})`;
	await warehouse.query(`DESCRIBE TABLE (${viewDefinition(model, project, sourceOf)})`, { settings: largeStatements });
}
