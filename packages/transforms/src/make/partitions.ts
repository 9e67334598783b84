import { levelsOf } from '../compile/levels.js';
import { isKeyed, isStored, type Model } from '../compile/model.js';
import {
	type Manifest,
	type PartitionRange,
	type Partitions,
	partitionsCondition,
	rangesOf,
	replacePartitions,
} from '../plan/manifest.js';
import type { ChangedPartitions } from './changed-partitions.js';
import { type RunTestResult, runTestsOfRun, testOfPartitions, testsOfMarts } from './data-tests.js';
import { allOrThrow, ask, type RunContext, rowsBound, runSettings, settingsOf, step } from './run-context.js';
import {
	asPublished,
	insertStatement,
	publishedRows,
	type SiteRange,
	selectFromPublished,
} from './statements/run-sql.js';

/** The second half of a run: it recomputes models of days and weeks in the time partitions that changed upstream. */

/** Maximum number of input rows per statement; a single time partition may have more. */
const chunkRowsMax = 500_000;

export interface PartitionsMade {
	/** The manifest once the run is published. */
	next: Manifest;
	/** The recomputed time partitions by model; only models with any. */
	changed: Map<string, Partitions>;
	tests: RunTestResult[];
}

/** Thrown when time partitions of a model cannot be computed; `cause` has the reason. */
export class PartitionsFailure extends Error {
	readonly model: Model;
	/** The time partitions upstream that the model reads. */
	readonly reads: Partitions | 'all';
	/** The manifest once the run is published, of these models. */
	readonly next: Manifest;
	/** Computes the model for some sites. */
	readonly make: (context: RunContext, sites: SiteRange) => Promise<void>;

	constructor(
		model: Model,
		reads: PartitionsFailure['reads'],
		next: Manifest,
		make: PartitionsFailure['make'],
		cause: unknown,
	) {
		super(`the model ${model.name} cannot be computed`, { cause });
		this.model = model;
		this.reads = reads;
		this.next = next;
		this.make = make;
	}
}

/** The Monday of a day's week, both days since 1970. */
const monday = (day: number) => day - ((((day + 3) % 7) + 7) % 7);

/**
 * Computes all models of time partitions in lineage order, independent ones at the same time.
 *
 * @param published the manifest of the published run; undefined for a rebuild
 * @param changedByKeys the time partitions that the run changes in models of visitors and of orders
 */
export async function makePartitions(
	context: RunContext,
	published: Manifest | undefined,
	changedByKeys: ChangedPartitions,
): Promise<PartitionsMade> {
	const { project, run } = context;
	const changed = new Map<string, Partitions>();
	const rows = new Map<number, number>();
	let next: Record<string, readonly PartitionRange[]> = {};
	for (const model of project.models.filter(isStored)) {
		const { name, partition } = model;
		next[name] = published?.[name] ?? [];
		if (!isKeyed(model)) continue;
		const partitions = changedByKeys.get(name) ?? [];
		for (const one of partitions) rows.set(one.partition, (rows.get(one.partition) ?? 0) + one.rows);
		if (partitions.length > 0)
			changed.set(
				name,
				rangesOf(
					partitions.map((one) => one.partition),
					partition === 'week' ? 7 : 1,
				),
			);
		next[name] = replacePartitions(next[name] ?? [], changed.get(name) ?? [], run);
	}
	const tests: Promise<RunTestResult[]>[] = [];
	// Tests run while other models are computed, which uses a second processor.
	const test = (models: readonly Model[]) => {
		const testing = testPartitions(context, models, changed, next, rows);
		testing.catch(() => undefined);
		tests.push(testing);
	};
	test(project.models.filter(isKeyed));
	for (const models of levelsOf(project.models, ['incremental by partition', 'incremental from partition'])) {
		const made = await allOrThrow(models.map((model) => makeModel(context, model, changed, next, rows)));
		next = { ...next };
		for (const [i, partitions] of made.entries()) {
			const { name } = models[i] as Model;
			if (partitions.length === 0) continue;
			changed.set(name, partitions);
			next[name] = replacePartitions(next[name] ?? [], partitions, run);
		}
		test(models);
	}
	tests.push(runTestsOfRun(context.warehouse, testsOfMarts(project, changed, next), runSettings));
	return { next, changed, tests: (await allOrThrow(tests)).flat() };
}

/** Computes a model for the time partitions that changed upstream. @returns the recomputed time partitions */
export async function makeModel(
	context: RunContext,
	model: Model,
	changed: ReadonlyMap<string, Partitions>,
	next: Manifest,
	rows: ReadonlyMap<number, number>,
): Promise<Partitions> {
	const inputs = model.reads.flatMap((name) => changed.get(name) ?? []);
	if (inputs.length === 0 || !model.isDefined) return [];
	if (model.materialized.kind === 'incremental from partition') return makeOnwards(context, model, inputs, next);
	const partitions = inputPartitions(model, inputs);
	for (const chunk of chunksOf(partitions, rows, context.share)) await makeOrFail(context, model, chunk, chunk, next);
	return partitions;
}

/** The time partitions of a model that depend on these days. */
function inputPartitions(model: Model, days: Partitions): Partitions {
	if (model.partition === 'day') return rangesOf(days.flatMap(expand));
	return rangesOf(days.flatMap(expand).map(monday), 7);
}

const expand = ({ from, to }: { from: number; to: number }) =>
	Array.from({ length: to - from + 1 }, (_, i) => from + i);

/**
 * Recomputes a model with a row for every day, from the first changed day on.
 *
 * @returns the recomputed time partitions
 */
async function makeOnwards(context: RunContext, model: Model, inputs: Partitions, next: Manifest): Promise<Partitions> {
	const lookback = model.materialized.kind === 'incremental from partition' ? model.materialized.lookbackDays : 0;
	const changed = Math.min(...inputs.map((range) => range.from));
	const from = await calendarFrom(context, model, next, changed);
	// Up to the last day upstream or, if days upstream have disappeared, to the last day that the model had.
	const to = Math.max(...[...model.reads, model.name].flatMap((name) => (next[name] ?? []).map((range) => range.to)));
	const partitions = [{ from, to }];
	await makeOrFail(context, model, partitions, [{ from: Math.max(0, from - lookback), to }], next);
	return partitions;
}

/**
 * The first day to recompute, days since 1970. A calendar has every day from a site's first to its last active day, so
 * days between two active ones depend on the later one. For each site with rows on or after `changed`, that is the day
 * after its last active day before `changed`; the earliest of these counts.
 */
async function calendarFrom(context: RunContext, model: Model, next: Manifest, changed: number): Promise<number> {
	const { project } = context;
	const rowsOf = (read: Model) => publishedRows(read, next, 'all') ?? asPublished(read, next, 'all', 'site day');
	const active = project.models
		.filter(({ name }) => model.reads.includes(name))
		.map((read) => `SELECT site, toUInt32(day) AS number, true AS is_active FROM ${rowsOf(read)}`);
	const shown = `SELECT site, toUInt32(day) AS number, false AS is_active FROM ${rowsOf(model)}`;
	const [row] = await ask<{ day: number }>(
		context,
		`SELECT toUInt32(min(last) + 1) AS day FROM
		(
			SELECT maxIf(number, number < ${changed} AND is_active) AS last FROM (${[...active, shown].join(' UNION ALL ')})
			GROUP BY site HAVING last > 0 AND max(number) >= ${changed}
		)
		HAVING count() > 0`,
	);
	return Math.min(changed, row?.day ?? changed);
}

async function makeOrFail(
	context: RunContext,
	model: Model,
	partitions: Partitions,
	reads: Partitions,
	next: Manifest,
): Promise<void> {
	try {
		await makeChunk(context, model, partitions, reads, next);
	} catch (error) {
		const make: PartitionsFailure['make'] = (of, sites) => makeChunk(of, model, partitions, reads, next, sites);
		throw new PartitionsFailure(model, reads, next, make, error);
	}
}

/**
 * Computes time partitions of a model.
 *
 * @param reads the time partitions upstream that it reads
 * @param next the manifest once the run is published
 * @param sites the sites to compute; undefined for all
 */
async function makeChunk(
	context: RunContext,
	model: Model,
	partitions: Partitions,
	reads: Partitions,
	next: Manifest,
	sites?: SiteRange,
): Promise<void> {
	const { project, run } = context;
	const days = model.partition === 'week' ? reads.map(({ from, to }) => ({ from, to: to + 6 })) : reads;
	const select = selectFromPublished(model, project, next, days, sites);
	// A model that looks back, or that has weeks, reads more days than it writes.
	const isOneToOne = reads === partitions && model.partition === 'day';
	const made = isOneToOne
		? select
		: `SELECT * FROM (\n${select}\n) WHERE ${partitionsCondition(partitions, model.partition)}`;
	await step(context, model.name, `${insertStatement(model, run, made)}${rowsBound(context)}`);
}

/** Splits time partitions into chunks of a bounded number of input rows. @param share fraction of the usual size */
function chunksOf(partitions: Partitions, rows: ReadonlyMap<number, number>, share: number): Partitions[] {
	const chunks: { from: number; to: number }[][] = [];
	let size = Number.POSITIVE_INFINITY;
	for (const partition of partitions) {
		for (const day of expand(partition)) {
			const count = rows.get(day) ?? 0;
			if (size + count > chunkRowsMax * share) {
				chunks.push([]);
				size = 0;
			}
			size += count;
			const chunk = chunks.at(-1) as { from: number; to: number }[];
			const last = chunk.at(-1);
			if (last && day === last.to + 1 && day !== partition.from) last.to = day;
			else chunk.push({ from: day, to: day });
		}
	}
	return chunks;
}

/** Tests the recomputed time partitions of models, in chunks. */
export async function testPartitions(
	context: RunContext,
	models: readonly Model[],
	changed: ReadonlyMap<string, Partitions>,
	next: Manifest,
	rows: ReadonlyMap<number, number>,
): Promise<RunTestResult[]> {
	const { warehouse, share } = context;
	const made = models.filter(({ name }) => changed.has(name));
	const slices = made.map((model) => chunksOf(changed.get(model.name) as Partitions, rows, share));
	const results: RunTestResult[] = [];
	for (let i = 0; i < Math.max(0, ...slices.map(({ length }) => length)); i++) {
		const queries = made.flatMap((model, m) => {
			const partitions = slices[m]?.[i];
			return partitions === undefined ? [] : [testOfPartitions(model, partitions, next)];
		});
		results.push(...(await runTestsOfRun(warehouse, queries, settingsOf(context))));
	}
	return results;
}
