import type { Model, OwnFile } from '../../compile/model.js';
import { type Partitions, rangesOf, seenCondition } from '../../plan/manifest.js';
import { copySettings } from '../compact.js';
import { ask, rowsBound, step } from '../run-context.js';
import { everyVisitor, type VisitorRange } from '../statements/run-sql.js';
import { sampleMax, slicesOf } from '../visitors.js';
import { OwnModelFault } from './own-bounds.js';
import {
	changedQuery,
	insertOfVisitors,
	insertOtherVisitors,
	strayVisitorsOfRange,
	strayVisitorsQuery,
	visitorsQuery,
} from './own-sql.js';
import type { OwnWork } from './own-work.js';
import { otherDaysOfAllQuery, otherDaysQuery } from './visitor-days.js';

/** Maximum number of events per statement: its memory is bounded, and it may hold all of them. */
const rangeEventsMax = 250_000;

/**
 * Computes an own model by visitor.
 *
 * @param isWhole whether it computes all visitors, and not only those that the run recomputes
 * @param rows filled with the number of compared rows by time partition
 * @returns the time partitions whose rows differ from the published ones
 */
export async function makeOwnVisitors(
	work: OwnWork,
	model: Model,
	isWhole: boolean,
	rows: Map<number, number>,
): Promise<Partitions> {
	const { context, published, all, hasChangedVisitors } = work;
	const { project, run, leavesOut, list, present } = context;
	const wasOnDays = work.states[model.name]?.isOnVisitorDays === true;
	if (!isWhole && !hasChangedVisitors) {
		if (wasOnDays) work.onVisitorDays.add(model.name);
		return [];
	}
	const leftOut = leavesOut ? list : undefined;
	const { visitorDays: days, onVisitorDays } = work;
	const scopeOf = (range: VisitorRange) => ({ range, isWhole, leftOut, present, days, onVisitorDays });
	const { ranges: slices, ends } = await rangesOfVisitors(work, isWhole);
	for (const range of slices) {
		const scope = scopeOf(range);
		await step(context, model.name, `${insertOfVisitors(model, project, run, scope, all)}${rowsBound(context)}`);
	}
	const ranges = published[model.name] ?? [];
	const strays = isWhole
		? ends.map((one) => strayVisitorsOfRange(model, project, run, scopeOf({ from: one, to: one }), all))
		: [strayVisitorsQuery(model, run)];
	for (const query of strays) await refuseStrayVisitors(work, model, query);
	const changed = await ask<{ partition: number; rows: string }>(
		context,
		changedQuery(model, run, isWhole ? undefined : ranges, wasOnDays ? days : undefined),
	);
	if ((isWhole || wasOnDays) && (await isOnDays(work, model, isWhole))) onVisitorDays.add(model.name);
	for (const one of changed) rows.set(one.partition, Number(one.rows));
	const partitions = rangesOf(changed.map(({ partition }) => partition));
	if (!isWhole && partitions.length > 0) {
		const seen = seenCondition(ranges, model.partition, partitions);
		await step(context, `${model.name}, other visitors`, insertOtherVisitors(model, run, seen), copySettings);
	}
	return partitions;
}

/** Whether all rows that the run has computed of a model are on days of their visitors. */
async function isOnDays({ context, all, visitorDays }: OwnWork, model: Model, isWhole: boolean): Promise<boolean> {
	const { project, run } = context;
	if (!isWhole && visitorDays === undefined) return false;
	const query = isWhole ? otherDaysOfAllQuery(model, project, run, all) : otherDaysQuery(model, run);
	return (await ask<{ other: number }>(context, query)).length === 0;
}

/** Slices of the visitors, each with a bounded number of events, and the first and the last of a sample of them. */
async function rangesOfVisitors(
	{ context, all }: OwnWork,
	isWhole: boolean,
): Promise<{ ranges: VisitorRange[]; ends: string[] }> {
	const { project, run, share } = context;
	const [row] = await ask<{ events: string; visitors: string[] }>(
		context,
		visitorsQuery(project, run, isWhole, all, sampleMax),
	);
	const slices = Math.ceil(Number(row?.events ?? 0) / (rangeEventsMax * share));
	const visitors = row?.visitors ?? [];
	const ends = [...new Set([visitors[0], visitors.at(-1)])].filter((one) => one !== undefined);
	if (slices <= 1 || visitors.length === 0) return { ranges: [everyVisitor], ends };
	const cuts = Array.from({ length: slices - 1 }, (_, i) => {
		const at = Math.ceil(((i + 1) / slices) * visitors.length) - 1;
		return visitors[at] as string;
	});
	return { ranges: slicesOf(cuts).map(({ range }) => range), ends };
}

/**
 * Rows of other visitors would be published in this run, and missing in the next one. A run of all visitors looks at
 * the rows of some of them alone.
 *
 * @param query for the first such row
 */
async function refuseStrayVisitors({ context }: OwnWork, model: Model, query: string): Promise<void> {
	const [stray] = await ask<{ strayed_site: string; strayed_visitor: string }>(context, query);
	if (stray === undefined) return;
	throw new OwnModelFault(
		`${(model.own as OwnFile).file}: it makes a row of visitor ${stray.strayed_visitor} of ${stray.strayed_site} from events of other visitors; select site and visitor_id of the events unchanged`,
	);
}
