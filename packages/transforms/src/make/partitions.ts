import { levelsOf } from '../compile/levels.js';
import { isStored, type Model } from '../compile/model.js';
import { type Manifest, rangesOf, replaceUnits, type UnitRange, type Units, unitsCondition } from '../plan/manifest.js';
import { type RunTestResult, runTestsOfRun, testOfUnits, testsOfMarts } from './data-tests.js';
import { allOrThrow, ask, type RunContext, runSettings, step } from './run-context.js';
import { asPublished, insertStatement, render, type SiteRange } from './run-sql.js';
import type { ChangedUnits } from './visitors.js';

/** The second half of a run: models of days and weeks, of those units that changed in what they read. */

/** Most rows of what it reads that one statement makes units of, but for a single unit with more. */
const chunkRowsMax = 500_000;

export interface UnitsMade {
	/** What readers will see. */
	next: Manifest;
	/** Units that were made, by model; only models with any. */
	changed: Map<string, Units>;
	tests: RunTestResult[];
}

/** Thrown when units of a model cannot be computed. */
export class UnitsFailure extends Error {
	readonly model: Model;
	readonly units: Units;
	readonly reads: Units;
	readonly next: Manifest;

	constructor(model: Model, units: Units, reads: Units, next: Manifest, cause: unknown) {
		super(`${model.name} cannot be made`, { cause });
		this.model = model;
		this.units = units;
		this.reads = reads;
		this.next = next;
	}
}

const monday = (day: number) => day - ((((day + 3) % 7) + 7) % 7);

/** Makes all models of units, each after what it reads, those that can be at the same time. */
export async function makeUnits(
	context: RunContext,
	published: Manifest | undefined,
	ofVisitors: ChangedUnits,
): Promise<UnitsMade> {
	const { project, run } = context;
	const changed = new Map<string, Units>();
	const rows = new Map<number, number>();
	let next: Record<string, readonly UnitRange[]> = {};
	for (const { name, refresh, unit } of project.models.filter(isStored)) {
		next[name] = published?.[name] ?? [];
		if (refresh.kind !== 'visitor') continue;
		const units = ofVisitors.get(name) ?? [];
		for (const one of units) rows.set(one.unit, (rows.get(one.unit) ?? 0) + one.rows);
		if (units.length > 0)
			changed.set(
				name,
				rangesOf(
					units.map((one) => one.unit),
					unit === 'week' ? 7 : 1,
				),
			);
		next[name] = replaceUnits(next[name] ?? [], changed.get(name) ?? [], run);
	}
	const tests: Promise<RunTestResult[]>[] = [];
	// While other models are made, for a machine with more than one processor.
	const test = (models: readonly Model[]) => {
		const testing = testUnits(context, models, changed, next, rows);
		testing.catch(() => undefined);
		tests.push(testing);
	};
	test(project.models.filter(({ refresh }) => refresh.kind === 'visitor'));
	for (const models of levelsOf(project.models, ['unit', 'onwards'])) {
		const made = await allOrThrow(models.map((model) => makeModel(context, model, changed, next, rows)));
		next = { ...next };
		for (const [i, units] of made.entries()) {
			const { name } = models[i] as Model;
			if (units.length === 0) continue;
			changed.set(name, units);
			next[name] = replaceUnits(next[name] ?? [], units, run);
		}
		test(models);
	}
	tests.push(runTestsOfRun(context.warehouse, testsOfMarts(project, changed, next), runSettings));
	return { next, changed, tests: (await allOrThrow(tests)).flat() };
}

/** @returns the units made */
async function makeModel(
	context: RunContext,
	model: Model,
	changed: ReadonlyMap<string, Units>,
	next: Manifest,
	rows: ReadonlyMap<number, number>,
): Promise<Units> {
	const inputs = model.reads.flatMap((name) => changed.get(name) ?? []);
	if (inputs.length === 0) return [];
	if (model.refresh.kind === 'onwards') return makeOnwards(context, model, inputs, next);
	const units = inputUnits(model, inputs);
	for (const chunk of chunksOf(units, rows, context.share)) await makeOrFail(context, model, chunk, chunk, next);
	return units;
}

/** The units of a model that depend on these days. */
function inputUnits(model: Model, days: Units): Units {
	if (model.unit === 'day') return rangesOf(days.flatMap(expand));
	return rangesOf(days.flatMap(expand).map(monday), 7);
}

const expand = ({ from, to }: { from: number; to: number }) =>
	Array.from({ length: to - from + 1 }, (_, i) => from + i);

async function makeOnwards(context: RunContext, model: Model, inputs: Units, next: Manifest): Promise<Units> {
	const lookback = model.refresh.kind === 'onwards' ? model.refresh.lookbackDays : 0;
	const changed = Math.min(...inputs.map((range) => range.from));
	const from = await calendarFrom(context, model, next, changed);
	// Up to the last day that there is, of what it reads and of what was made before of days that are no more.
	const to = Math.max(...[...model.reads, model.name].flatMap((name) => (next[name] ?? []).map((range) => range.to)));
	const units = [{ from, to }];
	await makeOrFail(context, model, units, [{ from: Math.max(0, from - lookback), to }], next);
	return units;
}

/**
 * The day after the last one before `changed` on which a site was active, the earliest of all sites that were or are there from `changed`
 * on: a calendar goes from a site's first active day to its last, so days between two active ones come and go with the later one.
 */
async function calendarFrom(context: RunContext, model: Model, next: Manifest, changed: number): Promise<number> {
	const { project } = context;
	const active = project.models
		.filter(({ name }) => model.reads.includes(name))
		.map(
			(read) =>
				`SELECT site, toUInt32(day) AS day, true AS is_active FROM ${asPublished(read, next, 'all', 'site day')}`,
		);
	const shown = `SELECT site, toUInt32(day) AS day, false AS is_active FROM ${asPublished(model, next, 'all', 'site day')}`;
	const [row] = await ask<{ day: number }>(
		context,
		`SELECT toUInt32(min(last) + 1) AS day FROM
		(
			SELECT maxIf(day, day < ${changed} AND is_active) AS last FROM (${[...active, shown].join(' UNION ALL ')})
			GROUP BY site HAVING last > 0 AND max(day) >= ${changed}
		)
		HAVING count() > 0`,
	);
	return Math.min(changed, row?.day ?? changed);
}

async function makeOrFail(
	context: RunContext,
	model: Model,
	units: Units,
	reads: Units,
	next: Manifest,
): Promise<void> {
	try {
		await makeChunk(context, model, units, reads, next);
	} catch (error) {
		throw new UnitsFailure(model, units, reads, next, error);
	}
}

/** Computes units of a model. @param sites the sites to compute; undefined for all */
export async function makeChunk(
	context: RunContext,
	model: Model,
	units: Units,
	reads: Units,
	next: Manifest,
	sites?: SiteRange,
): Promise<void> {
	const { project, run } = context;
	const days = model.unit === 'week' ? reads.map(({ from, to }) => ({ from, to: to + 6 })) : reads;
	const select = render(model.sql, project, (read, extent, sql) =>
		asPublished(read, next, extent === 'all' ? 'all' : days, sql, sites),
	);
	// What looks back, or ahead to the end of a week, is made from more than it makes.
	const isOneToOne = reads === units && model.unit === 'day';
	const made = isOneToOne ? select : `SELECT * FROM (\n${select}\n) WHERE ${unitsCondition(units, model.unit)}`;
	await step(context, model.name, insertStatement(model, run, made));
}

/** Computes units in slices of a bounded number of input rows. @param share fraction of the usual size */
function chunksOf(units: Units, rows: ReadonlyMap<number, number>, share: number): Units[] {
	const chunks: { from: number; to: number }[][] = [];
	let size = Number.POSITIVE_INFINITY;
	for (const unit of units) {
		for (const day of expand(unit)) {
			const count = rows.get(day) ?? 0;
			if (size + count > chunkRowsMax * share) {
				chunks.push([]);
				size = 0;
			}
			size += count;
			const chunk = chunks.at(-1) as { from: number; to: number }[];
			const last = chunk.at(-1);
			if (last && day === last.to + 1 && day !== unit.from) last.to = day;
			else chunk.push({ from: day, to: day });
		}
	}
	return chunks;
}

/** Tests what was made of these models, in slices. */
async function testUnits(
	{ warehouse, share }: RunContext,
	models: readonly Model[],
	changed: ReadonlyMap<string, Units>,
	next: Manifest,
	rows: ReadonlyMap<number, number>,
): Promise<RunTestResult[]> {
	const made = models.filter(({ name }) => changed.has(name));
	const slices = made.map((model) => chunksOf(changed.get(model.name) as Units, rows, share));
	const results: RunTestResult[] = [];
	for (let i = 0; i < Math.max(0, ...slices.map(({ length }) => length)); i++) {
		const queries = made.flatMap((model, m) => {
			const units = slices[m]?.[i];
			return units === undefined ? [] : [testOfUnits(model, units, next)];
		});
		results.push(...(await runTestsOfRun(warehouse, queries, runSettings)));
	}
	return results;
}
