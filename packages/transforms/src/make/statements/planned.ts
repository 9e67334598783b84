import type { Project } from '../../compile/compile.js';
import { isStored, type Model } from '../../compile/model.js';
import { type Manifest, type Partitions, replacePartitions } from '../../plan/manifest.js';
import { ownManifest } from '../../plan/own.js';
import type { Plan } from '../../plan/plan.js';
import { newRowsCondition, presentRowsCondition } from '../../plan/watermark.js';
import { viewDefinition } from '../../store/layout.js';
import { insertOfVisitors } from '../own/own-sql.js';
import { insertOfOrders, ordersInTable } from './order-sql.js';
import {
	columnsOf,
	everyVisitor,
	fewEventsRows,
	insertStatement,
	insertsOfVisitors,
	selectFromPublished,
	type VisitorScope,
} from './run-sql.js';

/** A statement that a run would execute for a model. */
export interface PlannedStatement {
	model: string;
	sql: string;
}

/**
 * The statements that compute the models of a run, in lineage order, as if all events were read at once. The run itself
 * divides them by visitors and days, and computes the days on which something has changed. Pure.
 *
 * @param project models of this package and own ones
 * @param days the days of the new events, days since 1970
 * @param own names of own models that the run computes anew
 */
export function plannedStatements(
	project: Project,
	plan: Exclude<Plan, { kind: 'skip' }>,
	days: Partitions,
	own: ReadonlySet<string>,
): PlannedStatement[] {
	const published = plan.kind === 'incremental' ? plan.published : undefined;
	const states = published?.judged.own?.states ?? {};
	const before = { ...published?.manifest, ...ownManifest(published?.manifest ?? {}, states) };
	const next = manifestAfter(project, plan, days, before);
	const isOfOwnOnly = plan.kind === 'incremental' && plan.why === 'own models changed';
	const planned = project.models.filter(({ name }) => !isOfOwnOnly || own.has(name));
	return planned.flatMap((model) => {
		const isWhole = plan.kind === 'rebuild' || own.has(model.name);
		return statementsOf(model, project, plan, { days: isWhole ? 'all' : days, next }).map((sql) => ({
			model: model.name,
			sql,
		}));
	});
}

/** The manifest once the run is published, if it changes these days in every model. */
function manifestAfter(
	{ models }: Project,
	{ kind, run }: { kind: string; run: bigint },
	days: Partitions,
	before: Manifest,
) {
	return Object.fromEntries(
		models
			.filter(isStored)
			.map(({ name }) => [name, replacePartitions(kind === 'rebuild' ? [] : (before[name] ?? []), days, run)]),
	);
}

function statementsOf(
	model: Model,
	project: Project,
	plan: Exclude<Plan, { kind: 'skip' }>,
	{ days, next }: { days: Partitions | 'all'; next: Manifest },
): string[] {
	const { run } = plan;
	const { kind } = model.materialized;
	if (kind === 'view') return [viewDefinition(model, project)];
	if (kind === 'incremental by visitor' && model.own !== undefined) {
		const cut = { days: days === 'all' ? undefined : anyDay, onVisitorDays: onVisitorDaysIn(plan) };
		return [insertOfVisitors(model, project, run, { ...scopeOfAll(plan), isWhole: days === 'all', ...cut }, next)];
	}
	// Few events have no statement of their own, see `fewEventsRows`.
	if (model.events !== undefined)
		return [fewEventsRows(model, run, scopeOf(plan, days === 'all' ? [] : days), columnsOf(model))];
	if (kind === 'ephemeral' || kind === 'incremental by visitor')
		return insertsOfVisitors(model, project, run, scopeOf(plan, days === 'all' ? [] : days));
	if (kind === 'incremental by order') {
		// An order may have reports on any day.
		const change = { among: ordersInTable(run), days: anyDay };
		const scope = { change: days === 'all' ? undefined : change, idle: new Set<string>(), next };
		return [insertOfOrders(model, project, run, scope)];
	}
	return [insertStatement(model, run, selectFromPublished(model, project, next, days))];
}

/** The run looks up the days of the visitors, which may be any. */
const anyDay: Partitions = [{ from: 0, to: 65_535 }];

/** Own models whose published rows are all on days of their visitors. */
const onVisitorDaysIn = (plan: Exclude<Plan, { kind: 'skip' }>): ReadonlySet<string> => {
	const states = plan.kind === 'incremental' ? plan.published.judged.own?.states : {};
	return new Set(
		Object.entries(states ?? {}).flatMap(([name, { isOnVisitorDays }]) => (isOnVisitorDays ? [name] : [])),
	);
};

const scopeOfAll = (plan: Exclude<Plan, { kind: 'skip' }>) => ({
	range: everyVisitor,
	leftOut: undefined,
	present: plan.kind === 'rebuild' ? 'true' : presentRowsCondition([...plan.change.seenParts, ...plan.change.newParts]),
});

function scopeOf(plan: Exclude<Plan, { kind: 'skip' }>, days: Partitions): VisitorScope {
	const all = scopeOfAll(plan);
	if (plan.kind === 'rebuild') return { kind: 'all', ...all };
	const { manifest: published, watermark } = plan.published;
	const isNew = newRowsCondition(watermark, plan.change);
	return { kind: 'changed', ...all, published, isNew, hasReread: false, hasRepeats: false, days };
}
