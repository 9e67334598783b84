import type { Warehouse } from '@footfall/warehouse';
import type { Project } from './compile.js';
import { tableOf } from './layout.js';
import type { Manifest, Units } from './manifest.js';
import type { DataTest, Model } from './model.js';
import { asPublished, ofVisitors, render } from './run-sql.js';

/** How a data test went. */
export interface TestResult {
	name: string;
	/** Rows that should not be there; 0 is a pass. At most a hundred are looked for where a test is a file. */
	failingRows: number;
}

/** Tests that are asked together: their names, and SQL that returns as many counts in an array. */
export interface TestQuery {
	names: string[];
	sql: string;
}

/** What a model's header promises of every row, for the rows that `from` selects, in one pass over them. Pure. */
export function headerTests(model: Model, from: string): TestQuery {
	const { name, grain, columns, checks } = model;
	const conditions = [
		...columns.flatMap((column) => (column.test === undefined ? [] : [`${column.name} ${column.test}`])),
		...checks.map(({ condition }) => condition),
	];
	// A condition that is NULL does not hold.
	const counts = conditions.map((condition) => `countIf(NOT ifNull(${condition}, false))`);
	const doubles = `toUInt64(count() - uniqExact(${grain.join(', ')}))`;
	return {
		names: [`${name} is unique by ${grain.join(', ')}`, ...conditions.map((condition) => `${name}: ${condition}`)],
		sql: `SELECT [${[doubles, ...counts].join(', ')}] AS counts FROM ${from}`,
	};
}

/** A test that is a file: how many rows it finds, up to a hundred. Pure. @param resolve what it reads as each model */
export function fileTest(
	{ name, sql }: DataTest,
	project: Project,
	resolve: (model: Model, all: boolean) => string,
): TestQuery {
	const found = `SELECT * FROM (${render(sql, project, resolve)}) LIMIT 100`;
	return { names: [name], sql: `SELECT [count()] AS counts FROM (${found})` };
}

/** Whether a test reads only what a run makes of whole visitors, so that it can be asked of each slice of them. */
function isOfVisitors({ reads }: DataTest, project: Project): boolean {
	return reads.every((name) => {
		const kind = project.models.find((model) => model.name === name)?.refresh.kind;
		return kind === 'run' || kind === 'visitor';
	});
}

/** Tests of the visitors that a run has just made, before the rows of others are taken over. */
export function testsOfVisitors(project: Project, run: bigint): TestQuery[] {
	const staged = project.models.find(({ refresh }) => refresh.kind === 'run') as Model;
	const visitors = `(SELECT site, visitor_id FROM ${tableOf(staged)} WHERE run = ${run})`;
	const resolve = (model: Model) =>
		model.refresh.kind === 'run'
			? ofVisitors(model, run)
			: `(SELECT * FROM ${ofVisitors(model, run)} WHERE (site, visitor_id) IN ${visitors})`;
	return project.tests.filter((test) => isOfVisitors(test, project)).map((test) => fileTest(test, project, resolve));
}

/** Tests of the units that a run changes, of all their visitors. */
export function testOfUnits(model: Model, units: Units, next: Manifest): TestQuery {
	return headerTests(model, asPublished(model, next, units));
}

/** Tests that compare models of days. */
export function testsOfMarts(project: Project, changed: ReadonlyMap<string, Units>, next: Manifest): TestQuery[] {
	return project.tests
		.filter((test) => !isOfVisitors(test, project) && test.reads.some((name) => changed.has(name)))
		.map((test) =>
			fileTest(test, project, (model, all) => asPublished(model, next, all ? 'all' : (changed.get(model.name) ?? []))),
		);
}

/** Runs tests in one statement. */
export async function runTests(
	warehouse: Warehouse,
	queries: readonly TestQuery[],
	settings: Record<string, string | number>,
): Promise<TestResult[]> {
	if (queries.length === 0) return [];
	const parts = queries.map(({ sql }, i) => `SELECT ${i} AS test, counts FROM (SELECT * FROM (${sql})) `);
	const rows = await warehouse.query<{ test: number; counts: string[] }>(parts.join('\nUNION ALL\n'), { settings });
	const counts = new Map(rows.map((row) => [row.test, row.counts]));
	return queries.flatMap(({ names }, i) =>
		names.map((name, j) => ({ name, failingRows: Number(counts.get(i)?.[j] ?? 0) })),
	);
}

/** The results of many slices as one for each test, in the order of their first mention. Pure. */
export function sumResults(results: readonly TestResult[]): TestResult[] {
	const sums = new Map<string, number>();
	for (const { name, failingRows } of results) sums.set(name, (sums.get(name) ?? 0) + failingRows);
	return [...sums].map(([name, failingRows]) => ({ name, failingRows }));
}
