import { fewEventsOf, type Project } from '../compile/compile.js';
import { eventDay, type Model } from '../compile/model.js';
import { type Manifest, type Partitions, rangesOf, seenCondition } from '../plan/manifest.js';
import { changesTable, tableOf } from '../store/layout.js';
import { ask, type RunContext } from './run-context.js';

/**
 * Models of few events, such as orders, see `Model.events`. Most runs have no such event and no visitor with one, and
 * do not compute these models. Nor does any run compute models of what is not defined, see `Model.isDefined`.
 */

export interface FewEvents {
	/** Models that the run need not compute. */
	idle: ReadonlySet<string>;
	/** Models whose rows may be the same, because they have no new event, but rows of recomputed visitors. */
	uncertain: ReadonlySet<string>;
	/**
	 * Models of which the run has new rows only, with their days: they have new events, and no known rows of the visitors
	 * on the days that the run recomputes.
	 */
	fresh: ReadonlyMap<string, Partitions>;
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

/** The events of each source and the rows of each follower that a run finds. Numbers are text. */
export interface FewFound {
	/** The days of the new events of each source, days since 1970. */
	days: readonly (readonly number[])[];
	/** Numbers of known rows of each follower, of the visitors on the days that the run recomputes. */
	known: readonly string[];
}

/** Two expressions: an aggregate over new events, the days of each source; and numbers of known rows. Pure. */
export function fewEventsCounts({ project, run }: RunContext, published: Manifest) {
	const days = sourcesIn(project).map(({ events }) => `groupUniqArrayIf(toUInt16(${eventDay}), ${events})`);
	const known = followersIn(project).map(({ model }) => {
		// The whole history, since the days are found by the same statement. There are few rows.
		const seen = seenCondition(published[model.name] ?? [], model.partition, 'all');
		return `(SELECT count() FROM ${tableOf(model)} WHERE (site, visitor_id, ${model.partition}) IN (SELECT site, visitor_id, arrayJoin(days) FROM ${changesTable} WHERE run = ${run}) AND ${seen})`;
	});
	const typed = (list: string, type: string) => `CAST(${list}, 'Array(${type})')`;
	return {
		days: typed(`[${days.join(', ')}]`, 'Array(UInt16)'),
		known: typed(`[${known.join(', ')}]`, 'UInt64'),
	};
}

/** The sources with events in the raw table, as days. @param isRead the condition on rows that the run reads */
export async function fewEventsFound(context: RunContext, isRead: string): Promise<number[][]> {
	const sources = sourcesIn(context.project);
	if (sources.length === 0) return [];
	const counts = sources.map(({ events }) => `countIf(${events})`);
	const [row] = await ask<{ found: string[] }>(
		context,
		`SELECT [${counts.join(', ')}] AS found FROM events WHERE ${isRead}`,
	);
	return (row?.found ?? []).map((count) => (Number(count) > 0 ? [0] : []));
}

/**
 * The models that a run need not compute, or computes from new events alone. Pure.
 *
 * @param isAll whether the run computes the models whatever it finds
 */
export function fewEvents(project: Project, { days, known }: FewFound, isAll: boolean): FewEvents {
	const sources = sourcesIn(project);
	const daysOf = (source: Model) => days[sources.indexOf(source)] ?? [];
	const isIdle = (source: Model) => !isAll && daysOf(source).length === 0;
	const undefinedModels = project.models.filter(({ isDefined }) => !isDefined);
	const idle = new Set([...undefinedModels, ...sources.filter(isIdle)].map(({ name }) => name));
	const uncertain = new Set<string>();
	const fresh = new Map<string, Partitions>();
	for (const [i, { model, source }] of followersIn(project).entries()) {
		const hasKnown = Number(known[i] ?? 0) > 0;
		if (!isIdle(source)) {
			if (!isAll && !hasKnown) fresh.set(model.name, rangesOf(daysOf(source)));
		} else if (hasKnown) uncertain.add(model.name);
		else idle.add(model.name);
	}
	return { idle, uncertain, fresh };
}
