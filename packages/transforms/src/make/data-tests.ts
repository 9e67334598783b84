import type { Warehouse } from '@footfall/warehouse';
import type { Project } from '../compile/compile.js';
import { type DataTest, type Extent, type Model, replaceSources } from '../compile/model.js';
import type { Manifest, Partitions } from '../plan/manifest.js';
import type { Culprit } from '../store/culprit.js';
import { mayBeOfData } from './failures/data-error.js';
import { asComputed, asPublished, publishedRows, render, type VisitorScope } from './statements/run-sql.js';

/** The result of a data test. */
export interface TestResult {
	name: string;
	/** Number of rows that fail the test; 0 is a pass. The count of a test that is a file stops at 100. */
	failingRows: number;
}

/** The result of a data test of a run, with the owners of the rows that failed. */
export interface RunTestResult extends TestResult {
	/** Empty when the test passed, and when its rows have no owner. */
	culprits: readonly Culprit[];
}

/** Maximum number of culprits that are searched for at a time. */
const culpritsMax = 100_001;

/** Data tests of the same rows. */
export interface TestQuery {
	names: string[];
	/** The source of the rows, as it stands after FROM. */
	from: string;
	/** An aggregate over the rows: 0 when all tests pass. Planning it takes a third of the time that `counts` takes. */
	found: string;
	/** An aggregate over the rows: an array with the number of failing rows of each test. */
	counts: string;
	/** A SELECT of the failing rows, with a column `site` and optionally `visitor_id` when rows have an owner. */
	failing: string;
}

/**
 * The data tests that a model's header states, in one pass over the rows. Pure.
 *
 * @param from the source of the rows; it gets the SQL that reads them, of which it selects the columns
 * @param rows the same source for a statement that only aggregates the rows. @default what `from` gives
 */
export function headerTests(model: Model, from: (sql: string) => string, rows?: string): TestQuery {
	const { name, grain, columns, checks } = model;
	const conditions = [
		...columns.flatMap((column) => (column.test === undefined ? [] : [`${column.name} ${column.test}`])),
		...checks.map(({ condition }) => condition),
	];
	// A condition that is NULL is not met.
	const fails = (condition: string) => `countIf(NOT ifNull(${condition}, false))`;
	const doubles = `toUInt64(count() - uniqExact(${grain.join(', ')}))`;
	const all = conditions.map((condition) => `(${condition})`).join(' AND ');
	const counts = `[${[doubles, ...conditions.map(fails)].join(', ')}]`;
	// A row of orders names a visitor, who need not be the sender of the report that is at fault.
	const isOwner = (name: string) => ownerColumns.includes(name) && grain.includes(name);
	const owner = columns.map((column) => column.name).filter(isOwner);
	const failing = [
		`SELECT ${owner.join(', ')} FROM ${from([...owner, ...grain].join(', '))} GROUP BY ${grain.join(', ')} HAVING count() > 1`,
		...(all === ''
			? []
			: [`SELECT ${owner.join(', ')} FROM ${from(`${owner.join(', ')} ${all}`)} WHERE NOT ifNull(${all}, false)`]),
	];
	return {
		names: [`${name} is unique by ${grain.join(', ')}`, ...conditions.map((condition) => `${name}: ${condition}`)],
		from: rows ?? from(counts),
		found: all === '' ? doubles : `${doubles} + ${fails(all)}`,
		counts,
		failing: `SELECT * FROM (${failing.join(' UNION ALL ')})`,
	};
}

/** Columns that identify the owner of a row. */
const ownerColumns = ['site', 'visitor_id'];

/**
 * The data test of a file: it counts the rows that the statement returns, up to 100. Pure.
 *
 * @param resolve the SQL that replaces each reference to a model
 */
export function fileTest(
	{ name, sql }: DataTest,
	project: Project,
	resolve: (model: Model, extent: Extent, sql: string) => string,
): TestQuery {
	const failing = `SELECT * FROM (${render(replaceSources(sql, 'true'), project, resolve)})`;
	return { names: [name], from: `(${failing} LIMIT 100)`, found: 'count()', counts: '[count()]', failing };
}

/** Whether a test reads only models of visitors, so that it can run on each slice of visitors. */
function isOfVisitors({ reads }: DataTest, project: Project): boolean {
	return reads.every((name) => {
		const kind = project.models.find((model) => model.name === name)?.materialized.kind;
		return kind === 'ephemeral' || kind === 'incremental by visitor';
	});
}

/** Tests of the visitors that a run has just computed, before it copies the rows of other visitors. */
export function testsOfVisitors(project: Project, run: bigint, scope: VisitorScope): TestQuery[] {
	const resolve = asComputed(run, scope);
	return project.tests.filter((test) => isOfVisitors(test, project)).map((test) => fileTest(test, project, resolve));
}

/** Tests of the time partitions that a run changes, over the rows of all visitors. */
export function testOfPartitions(model: Model, partitions: Partitions, next: Manifest): TestQuery {
	const rows = publishedRows(model, next, partitions);
	return headerTests(model, (sql) => asPublished(model, next, partitions, sql), rows);
}

/** Tests that are files and read models of time partitions that a run changes. */
export function testsOfMarts(project: Project, changed: ReadonlyMap<string, Partitions>, next: Manifest): TestQuery[] {
	return project.tests
		.filter((test) => !isOfVisitors(test, project) && test.reads.some((name) => changed.has(name)))
		.map((test) =>
			fileTest(test, project, (model, extent, sql) =>
				asPublished(model, next, extent === 'all' ? 'all' : (changed.get(model.name) ?? []), sql),
			),
		);
}

/** Runs the tests of a run, and finds the owners of the rows that fail. */
export async function runTestsOfRun(
	warehouse: Warehouse,
	queries: readonly TestQuery[],
	settings: Record<string, string | number>,
): Promise<RunTestResult[]> {
	const results = await runTests(warehouse, queries, settings);
	const culprits = new Map<string, readonly Culprit[]>();
	for (const query of queries) {
		const failed = results.filter(({ name, failingRows }) => failingRows > 0 && query.names.includes(name));
		if (failed.length === 0) continue;
		const found = await culpritsOf(warehouse, query, settings);
		for (const { name } of failed) culprits.set(name, found);
	}
	return results.map((result) => ({ ...result, culprits: culprits.get(result.name) ?? [] }));
}

/** The owners of the failing rows; an empty list when rows have no owner. */
async function culpritsOf(
	warehouse: Warehouse,
	{ failing }: TestQuery,
	settings: Record<string, string | number>,
): Promise<Culprit[]> {
	const [example] = await warehouse.query<object>(`${failing} LIMIT 1`, { settings });
	const owner = ownerColumns.filter((column) => Object.hasOwn(example ?? {}, column));
	if (!owner.includes('site')) return [];
	const rows = await warehouse.query<{ site: string; visitor_id?: string }>(
		`SELECT DISTINCT ${owner.join(', ')} FROM (${failing}) LIMIT ${culpritsMax}`,
		{ settings },
	);
	return rows.map(({ site, visitor_id: visitor }) => ({ site, visitor }));
}

/**
 * Runs tests with aggregation on disk, for rows whose grain does not fit in memory. It reports all failing rows of a
 * query for the first of its tests.
 */
async function runTestsSlowly(
	warehouse: Warehouse,
	queries: readonly TestQuery[],
	settings: Record<string, string | number>,
): Promise<TestResult[]> {
	const results: TestResult[] = [];
	for (const { names, failing } of queries) {
		const [row] = await warehouse.query<{ found: string }>(
			`SELECT count() AS found FROM (SELECT 1 FROM (${failing}) LIMIT ${slowRowsMax})`,
			{ settings },
		);
		results.push(...names.map((name, i) => ({ name, failingRows: i === 0 ? Number(row?.found) : 0 })));
	}
	return results;
}

/** Maximum number of rows that `runTestsSlowly` counts. */
const slowRowsMax = 100;

/** Runs all tests in one statement, and counts the failing rows of each test in a second statement where any fail. */
export async function runTests(
	warehouse: Warehouse,
	queries: readonly TestQuery[],
	settings: Record<string, string | number>,
): Promise<TestResult[]> {
	if (queries.length === 0) return [];
	const ask = <Row>(indexes: readonly number[], value: 'found' | 'counts') => {
		const parts = indexes.map((i) => {
			const query = queries[i] as TestQuery;
			return `SELECT ${i} AS test, ${query[value]} AS ${value} FROM ${query.from}`;
		});
		return warehouse.query<Row>(parts.join('\nUNION ALL\n'), { settings });
	};
	let found: { test: number; found: string }[];
	try {
		found = await ask([...queries.keys()], 'found');
	} catch (error) {
		if (!mayBeOfData(error)) throw error;
		return runTestsSlowly(warehouse, queries, settings);
	}
	const failing = found.filter((row) => Number(row.found) > 0).map(({ test }) => test);
	const rows = failing.length === 0 ? [] : await ask<{ test: number; counts: string[] }>(failing, 'counts');
	const counts = new Map(rows.map((row) => [row.test, row.counts]));
	return queries.flatMap(({ names }, i) =>
		names.map((name, j) => ({ name, failingRows: Number(counts.get(i)?.[j] ?? 0) })),
	);
}

/** Adds the results of many slices up for each test, in the order of first occurrence. Pure. */
export function sumResults(results: readonly RunTestResult[]): RunTestResult[] {
	const sums = new Map<string, RunTestResult>();
	for (const { name, failingRows, culprits } of results) {
		const sum = sums.get(name) ?? { name, failingRows: 0, culprits: [] };
		// If a test fails in one slice for rows without an owner, no owners are known for the whole.
		const hasNoOwner = [sum, { failingRows, culprits }].some((one) => one.failingRows > 0 && one.culprits.length === 0);
		sums.set(name, {
			name,
			failingRows: sum.failingRows + failingRows,
			culprits: hasNoOwner ? [] : [...sum.culprits, ...culprits],
		});
	}
	return [...sums.values()];
}
