import type { Warehouse } from '@footfall/warehouse';
import type { Project } from '../compile/compile.js';
import { type DataTest, type Extent, type Model, replaceSources } from '../compile/model.js';
import type { Manifest, Units } from '../plan/manifest.js';
import type { Culprit } from '../store/culprit.js';
import { mayBeOfData } from './data-error.js';
import { asPublished, ofVisitors, render, type VisitorScope } from './run-sql.js';

/** How a data test went. */
export interface TestResult {
	name: string;
	/** Rows that should not be there; 0 is a pass. At most a hundred are looked for where a test is a file. */
	failingRows: number;
}

/** The result of a data test of a run, with the owners of the rows that failed. */
export interface RunTestResult extends TestResult {
	/** Empty when the test passed, and when its rows have no owner. */
	culprits: readonly Culprit[];
}

/** Maximum number of culprits that are searched for at a time. */
const culpritsMax = 100_001;

/** Tests that look at the same rows. */
export interface TestQuery {
	names: string[];
	/** Where the rows come from, as after FROM. */
	from: string;
	/** An expression over the rows: 0 when no test finds any. Planning takes a third of the time that it takes for `counts`. */
	found: string;
	/** An array of what each test finds. */
	counts: string;
	/** A SELECT of the failing rows, with a column `site` and optionally `visitor_id` when rows have an owner. */
	failing: string;
}

/** What a model's header promises of every row, for the rows that `from` selects for a text, in one pass over them. Pure. */
export function headerTests(model: Model, from: (sql: string) => string): TestQuery {
	const { name, grain, columns, checks } = model;
	const conditions = [
		...columns.flatMap((column) => (column.test === undefined ? [] : [`${column.name} ${column.test}`])),
		...checks.map(({ condition }) => condition),
	];
	// A condition that is NULL does not hold.
	const fails = (condition: string) => `countIf(NOT ifNull(${condition}, false))`;
	const doubles = `toUInt64(count() - uniqExact(${grain.join(', ')}))`;
	const all = conditions.map((condition) => `(${condition})`).join(' AND ');
	const counts = `[${[doubles, ...conditions.map(fails)].join(', ')}]`;
	const owner = columns.filter((column) => ownerColumns.includes(column.name)).map((column) => column.name);
	const failing = [
		`SELECT ${owner.join(', ')} FROM ${from([...owner, ...grain].join(', '))} GROUP BY ${grain.join(', ')} HAVING count() > 1`,
		...(all === ''
			? []
			: [`SELECT ${owner.join(', ')} FROM ${from(`${owner.join(', ')} ${all}`)} WHERE NOT ifNull(${all}, false)`]),
	];
	return {
		names: [`${name} is unique by ${grain.join(', ')}`, ...conditions.map((condition) => `${name}: ${condition}`)],
		from: from(counts),
		found: all === '' ? doubles : `${doubles} + ${fails(all)}`,
		counts,
		failing: `SELECT * FROM (${failing.join(' UNION ALL ')})`,
	};
}

/** Columns that identify the owner of a row. */
const ownerColumns = ['site', 'visitor_id'];

/** A test that is a file: how many rows it finds, up to a hundred. Pure. @param resolve what it reads as each model */
export function fileTest(
	{ name, sql }: DataTest,
	project: Project,
	resolve: (model: Model, extent: Extent, sql: string) => string,
): TestQuery {
	const failing = `SELECT * FROM (${render(replaceSources(sql, 'true'), project, resolve)})`;
	return { names: [name], from: `(${failing} LIMIT 100)`, found: 'count()', counts: '[count()]', failing };
}

/** Whether a test reads only what a run makes of whole visitors, so that it can be asked of each slice of them. */
function isOfVisitors({ reads }: DataTest, project: Project): boolean {
	return reads.every((name) => {
		const kind = project.models.find((model) => model.name === name)?.refresh.kind;
		return kind === 'run' || kind === 'visitor';
	});
}

/** Tests of the visitors that a run has just made, before the rows of others are taken over. */
export function testsOfVisitors(project: Project, run: bigint, scope: VisitorScope): TestQuery[] {
	const resolve = ofVisitors(run, scope);
	return project.tests.filter((test) => isOfVisitors(test, project)).map((test) => fileTest(test, project, resolve));
}

/** Tests of the units that a run changes, of all their visitors. */
export function testOfUnits(model: Model, units: Units, next: Manifest): TestQuery {
	return headerTests(model, (sql) => asPublished(model, next, units, sql));
}

/** Tests that compare models of days. */
export function testsOfMarts(project: Project, changed: ReadonlyMap<string, Units>, next: Manifest): TestQuery[] {
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

/** The same without holding the values of a grain in memory: what is grouped goes to disk. All that a query finds counts for its first test. */
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

/** Most rows that are counted then. */
const slowRowsMax = 100;

/** Runs tests in one statement, and in a second one those of which anything was found. */
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

/** The results of many slices as one for each test, in the order of their first mention. Pure. */
export function sumResults(results: readonly RunTestResult[]): RunTestResult[] {
	const sums = new Map<string, RunTestResult>();
	for (const { name, failingRows, culprits } of results) {
		const sum = sums.get(name) ?? { name, failingRows: 0, culprits: [] };
		// A test that fails in one slice for rows without an owner fails for all.
		const isNobodys = [sum, { failingRows, culprits }].some((one) => one.failingRows > 0 && one.culprits.length === 0);
		sums.set(name, {
			name,
			failingRows: sum.failingRows + failingRows,
			culprits: isNobodys ? [] : [...sum.culprits, ...culprits],
		});
	}
	return [...sums.values()];
}
