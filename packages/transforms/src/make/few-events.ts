import { fewEventsOf, type Project } from '../compile/compile.js';
import type { Model } from '../compile/model.js';
import { type Manifest, seenCondition } from '../plan/manifest.js';
import { changesTable, tableOf } from '../store/layout.js';
import { ask, type RunContext } from './run-context.js';

/**
 * Models of few events, such as orders, see `Model.events`. Most runs have no such event and no visitor with one, and
 * do not compute these models.
 */

export interface FewEvents {
	/** Models that the run need not compute. */
	idle: ReadonlySet<string>;
	/** Models whose rows may be the same, because they have no new event, but rows of recomputed visitors. */
	uncertain: ReadonlySet<string>;
}

const sourcesIn = ({ models }: Project): Model[] => models.filter(({ events }) => events !== undefined);

/** The models by visitor that add new rows of few events to their own published rows. */
function followersIn({ models }: Project): { model: Model; source: Model }[] {
	const ofVisitors = models.filter(({ materialized }) => materialized.kind === 'incremental by visitor');
	return ofVisitors.flatMap((model) => {
		const source = fewEventsOf(model, models);
		return source === undefined ? [] : [{ model, source }];
	});
}

/** Two expressions: the numbers of new events of each source, and those of known rows of each follower. Pure. */
export function fewEventsCounts({ project, run }: RunContext, isNew: string, published: Manifest) {
	const few = sourcesIn(project).map(({ events }) => `(SELECT count() FROM events WHERE ${isNew} AND (${events}))`);
	const known = followersIn(project).map(({ model }) => {
		// The whole history, since the days are found by the same statement. There are few rows.
		const seen = seenCondition(published[model.name] ?? [], model.partition, 'all');
		return `(SELECT count() FROM ${tableOf(model)} WHERE (site, visitor_id, ${model.partition}) IN (SELECT site, visitor_id, arrayJoin(days) FROM ${changesTable} WHERE run = ${run}) AND ${seen})`;
	});
	return { few: `[${few.join(', ')}]`, known: `[${known.join(', ')}]` };
}

/** The numbers of events of each source in the raw table. @param isRead the condition on rows that the run reads */
export async function fewEventsFound(context: RunContext, isRead: string): Promise<string[]> {
	const sources = sourcesIn(context.project);
	if (sources.length === 0) return [];
	const counts = sources.map(({ events }) => `countIf(${events})`);
	const [row] = await ask<{ found: string[] }>(
		context,
		`SELECT [${counts.join(', ')}] AS found FROM events WHERE ${isRead}`,
	);
	return row?.found ?? [];
}

/**
 * The models that a run need not compute. Pure.
 *
 * @param found numbers of new events of each source
 * @param others whether the run computes the models whatever these numbers are, and numbers of known rows
 */
export function fewEvents(
	project: Project,
	found: readonly string[],
	{ isAll, known }: { isAll: boolean; known: readonly string[] },
): FewEvents {
	const sources = sourcesIn(project);
	const idleSources = sources.filter((_, i) => !isAll && Number(found[i] ?? 0) === 0).map(({ name }) => name);
	const idle = new Set(idleSources);
	const uncertain = new Set<string>();
	for (const [i, { model, source }] of followersIn(project).entries()) {
		if (!idleSources.includes(source.name)) continue;
		if (Number(known[i] ?? 0) === 0) idle.add(model.name);
		else uncertain.add(model.name);
	}
	return { idle, uncertain };
}
