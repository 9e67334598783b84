import { largeStatements, type PresentTable, reasonOf, type Warehouse, WarehouseError } from '@footfall/warehouse';
import type { Project } from '../compile/compile.js';
import { isStored, type Model } from '../compile/model.js';
import type { PublishedRun } from '../plan/plan.js';
import { RunFault } from '../plan/run-fault.js';
import {
	createView,
	leftOutViewStatement,
	ownComment,
	runsTable,
	standaloneDefinition,
	viewComment,
} from './layout.js';

/**
 * The views that readers see. They show the runs of one set of models, so the views of new models are created only
 * after the first run of these models is published. A definition that ClickHouse refuses would then leave readers on
 * the earlier models for good, so all definitions are checked before the run begins.
 */

/** The tables and views of the database by name, with their comments. */
export type Present = ReadonlyMap<string, string>;

/** Those of some tables that are in the database itself. Pure. @param tables see `readTables` of the warehouse */
export const presentOf = (tables: readonly PresentTable[], { database }: Warehouse): Present =>
	new Map(tables.filter((table) => table.database === database).map(({ name, comment }) => [name, comment]));

/** The models whose views are missing or show earlier models, in lineage order. Pure. */
export const staleViews = (project: Project, present: Present): Model[] =>
	project.models.filter((model) => present.get(model.name) !== viewComment(model, project));

/** Whether a view is shown in the marts database: marts and all own models are, other models are not. Pure. */
export function isMartOf({ models }: Pick<Project, 'models'>): (view: { name: string; comment: string }) => boolean {
	const marts = new Set(models.filter(({ layer }) => layer === 'marts').map(({ name }) => name));
	return ({ name, comment }) => marts.has(name) || ownComment.test(comment);
}

/** Whether all views show these models. Pure. */
export const areViewsCurrent = (project: Project, present: Present): boolean =>
	staleViews(project, present).length === 0 && present.get(leftOutViewStatement.name) === leftOutViewStatement.comment;

/**
 * Asks ClickHouse whether it accepts the views of these models, without creating any. The tables of the models must
 * exist.
 *
 * @throws RunFault with the first model whose view ClickHouse refuses
 */
export async function checkViews(warehouse: Warehouse, project: Project, models: readonly Model[]): Promise<void> {
	// A view of a stored model selects the columns of its table, which was created from the same header.
	for (const model of models.filter((one) => !isStored(one))) {
		try {
			await warehouse.query(`DESCRIBE TABLE (${standaloneDefinition(model, project)})`, { settings: largeStatements });
		} catch (error) {
			if (!(error instanceof WarehouseError) || error.outcome === 'unknown') throw error;
			throw new RunFault(
				`ClickHouse refuses the view of the model ${model.name} (${reasonOf(error)}); correct its file. ` +
					'Nothing was published, and the marts published before remain',
			);
		}
	}
}

/**
 * Replaces views that show earlier models, in lineage order: ClickHouse resolves the columns of a view against the
 * views that it reads when it is created.
 */
export async function turnViews(warehouse: Warehouse, project: Project, present: Present): Promise<void> {
	const { name, comment, statement } = leftOutViewStatement;
	if (present.get(name) !== comment) await warehouse.command(statement);
	for (const model of staleViews(project, present))
		await warehouse.command(createView(model, project), { settings: largeStatements });
}

/**
 * Whether the published run is of these models and some views show earlier ones: the run that published it may have
 * died before it replaced the views. Pure.
 */
export const needsViews = (published: PublishedRun | undefined, project: Project, present: Present): boolean =>
	published?.models === project.checksum && !areViewsCurrent(project, present);

/** Replaces the views that `needsViews` found. The caller must hold the lock. */
export async function completeViews(
	warehouse: Warehouse,
	project: Project,
	published: PublishedRun | undefined,
	present: Present,
): Promise<void> {
	if (!needsViews(published, project, present)) return;
	await checkViews(warehouse, project, staleViews(project, present));
	await turnViews(warehouse, project, present);
}

/**
 * Reads the checksums of the models whose runs readers see in the marts of a published run. It is one checksum, except
 * while views are being replaced, or when that has failed.
 *
 * @param marts names of the stored models of the run
 */
export async function readSeenModels(warehouse: Warehouse, marts: readonly string[]): Promise<string[]> {
	const rows = await warehouse.query<{ models: string }>(
		`SELECT DISTINCT extract(create_table_query, {pattern:String}) AS models FROM system.tables
		WHERE database = currentDatabase() AND engine = 'View' AND name IN {marts:Array(String)}`,
		{ params: { marts, pattern: `${runsTable} WHERE \\(?models = '([0-9a-f]+)'` } },
	);
	return rows.map(({ models }) => models);
}
