import { reasonOf } from '@footfall/warehouse';
import { isStored } from '../../compile/model.js';
import { dropRun } from '../../store/garbage.js';
import { tableOf } from '../../store/layout.js';
import type { LeftOut } from '../../store/left-out.js';
import { PartitionsFailure } from '../partitions.js';
import { ask, type RunContext } from '../run-context.js';
import {
	asPublished,
	changedVisitors,
	eventsCondition,
	type SiteRange,
	type VisitorRange,
	type VisitorScope,
} from '../statements/run-sql.js';
import { emptyScratch, makeRange, VisitorsFailure } from '../visitors.js';
import { mayBeOfData } from './data-error.js';

/**
 * Finds the visitors or sites whose data a statement of a run cannot compute. It computes smaller and smaller parts
 * separately, until single visitors or sites are left. The results of the parts are dropped.
 */

/** Maximum number of parts that are tried, and of visitors or sites that are found, in one search. */
const probesMax = 300;
const culpritsMax = 20;

/** @returns an empty list when the data of single visitors or sites is not the cause */
export async function findCulprits(context: RunContext, failure: unknown): Promise<LeftOut[]> {
	if (!(failure instanceof Error) || !mayBeOfData(failure.cause)) return [];
	const reason = culpritReason(failure.cause);
	const quiet = { ...context, onStep: () => undefined };
	if (failure instanceof VisitorsFailure) return visitorsAtFault(quiet, failure.scope, reason);
	if (failure instanceof PartitionsFailure) return sitesAtFault(quiet, failure, reason);
	return [];
}

/** The error in one line, without the statement that ClickHouse may repeat. */
const culpritReason = (error: Error) => `it cannot be computed: ${reasonOf(error)}`;

async function visitorsAtFault(context: RunContext, scope: VisitorScope, reason: string): Promise<LeftOut[]> {
	const { staged: _, ...whole } = scope;
	const dropParts = () => dropRunParts(context);
	await dropParts();
	const isMade = (range: VisitorRange) => tried(() => makeRange(context, { ...whole, range }, 1), dropParts);
	// A statement that fails without any visitor does not fail because of data.
	if (!(await isMade({ from: '1', to: '0' }))) return [];
	const found: LeftOut[] = [];
	const open: VisitorRange[] = [scope.range];
	for (let probes = 0; open.length > 0; probes++) {
		if (probes === probesMax || found.length === culpritsMax) return sitesOf(found);
		const range = open.pop() as VisitorRange;
		if (await isMade(range)) continue;
		const parts = await partsOf(context, { ...whole, range });
		const [only] = parts;
		if (parts.length > 1) open.push(...parts);
		// An error that does not repeat has passed, so the data is not its cause.
		else if (only?.site !== undefined && !(await isMade(only)))
			found.push({ site: only.site, visitor: only.from, reason });
	}
	return found;
}

/** Replaces single visitors by their sites when there are too many to find them individually. Pure. */
function sitesOf(found: readonly LeftOut[]): LeftOut[] {
	return [...new Map(found.map(({ site, reason }) => [site, { site, visitor: undefined, reason }])).values()];
}

/** Splits a range in two halves, a single visitor by sites, and a single visitor of one site not at all. */
async function partsOf(context: RunContext, scope: VisitorScope): Promise<VisitorRange[]> {
	const isChanged = scope.kind === 'changed' ? ` AND (site, visitor_id) IN ${changedVisitors(context.run)}` : '';
	const [row] = await ask<{ from: string; to: string; middle: string; sites: string[] }>(
		context,
		`SELECT toString(arrayMin(visitors)) AS from, toString(arrayMax(visitors)) AS to, sites,
			toString(arraySort(visitors)[intDiv(length(visitors) + 1, 2)]) AS middle
		FROM
		(
			SELECT groupUniqArray(visitor_id) AS visitors, groupUniqArray(1000)(site) AS sites
			FROM events WHERE ${eventsCondition(scope)}${isChanged}
		)
		WHERE notEmpty(visitors)`,
	);
	if (row === undefined) return [];
	const { from, to, middle, sites } = row;
	if (from === to) return sites.map((site) => ({ from, to, site }));
	return [
		{ from, to: middle },
		{ from: (BigInt(middle) + 1n).toString(), to },
	];
}

async function sitesAtFault(context: RunContext, failure: PartitionsFailure, reason: string): Promise<LeftOut[]> {
	const { run, warehouse } = context;
	// The site model reads the rows that the run has computed of visitors, which are kept.
	const dropRows = () => warehouse.command(`ALTER TABLE ${tableOf(failure.model)} DROP PARTITION ${run}`);
	const isMade = (sites: SiteRange) => tried(() => failure.make(context, sites), dropRows);
	// A statement that fails without any site does not fail because of data.
	if (!(await isMade({ from: '1', to: '0' }))) return [];
	const found: LeftOut[] = [];
	const open: SiteRange[] = await halvesOf(context, failure);
	for (let probes = 0; open.length > 0 && probes < probesMax && found.length < culpritsMax; probes++) {
		const range = open.pop() as SiteRange;
		if (await isMade(range)) continue;
		if (range.from !== range.to) open.push(...(await halvesOf(context, failure, range)));
		// An error that does not repeat has passed, so the data is not its cause.
		else if (!(await isMade(range))) found.push({ site: range.from, visitor: undefined, reason });
	}
	return found;
}

/** Splits the sites of a range, undefined for all, in two halves; a single site stays as it is. */
async function halvesOf(
	context: RunContext,
	{ model, reads, next }: PartitionsFailure,
	range?: SiteRange,
): Promise<SiteRange[]> {
	const sources = context.project.models
		.filter((read) => model.reads.includes(read.name) && isStored(read) && next[read.name] !== undefined)
		.map((read) => `SELECT site FROM ${asPublished(read, next, reads, 'site', range)}`);
	const [row] = await ask<{ ends: [string, string, string, string] }>(
		context,
		`SELECT [sites[1], sites[middle], sites[middle + 1], sites[-1]] AS ends
		FROM
		(
			SELECT arraySort(groupUniqArray(toString(site))) AS sites, intDiv(length(sites) + 1, 2) AS middle
			FROM (${sources.join(' UNION ALL ')})
		)
		WHERE notEmpty(sites)`,
	);
	if (row === undefined) return [];
	const [from, middle, after, to] = row.ends;
	if (from === to) return [{ from, to }];
	return [
		{ from, to: middle },
		{ from: after, to },
	];
}

/**
 * Whether a part can be computed.
 *
 * @param dropIt drops the result
 * @throws WarehouseError when it fails for a reason other than the data
 */
async function tried(make: () => Promise<unknown>, dropIt: () => Promise<void>): Promise<boolean> {
	try {
		await make();
		return true;
	} catch (error) {
		const cause = error instanceof VisitorsFailure || error instanceof PartitionsFailure ? error.cause : error;
		if (!mayBeOfData(cause)) throw cause;
		return false;
	} finally {
		await dropIt();
	}
}

/** Drops the results of the run, but not the list of visitors that it changes. */
async function dropRunParts(context: RunContext): Promise<void> {
	await Promise.all([dropRun(context.warehouse, context.project, context.run), emptyScratch(context)]);
}
