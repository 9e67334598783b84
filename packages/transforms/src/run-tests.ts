import type { Warehouse } from '@footfall/warehouse';
import type { Project } from './compile.js';
import type { Manifest, Units } from './manifest.js';
import { type DataTest, type Extent, type Model, replaceSources } from './model.js';
import { asPublished, ofVisitors, render, type VisitorScope } from './run-sql.js';

/** How a data test went. */
export interface TestResult {
	name: string;
	/** Rows that should not be there; 0 is a pass. At most a hundred are looked for where a test is a file. */
	failingRows: number;
}

/** Tests that look at the same rows. */
export interface TestQuery {
	names: string[];
	/** Where the rows come from, as after FROM. */
	from: string;
	/** An expression over the rows: 0 when no test finds any. Planning takes a third of the time that it takes for `counts`. */
	found: string;
	/** An array of what each test finds. */
	counts: string;
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
	return {
		names: [`${name} is unique by ${grain.join(', ')}`, ...conditions.map((condition) => `${name}: ${condition}`)],
		from: from(counts),
		found: all === '' ? doubles : `${doubles} + ${fails(all)}`,
		counts,
	};
}

/** A test that is a file: how many rows it finds, up to a hundred. Pure. @param resolve what it reads as each model */
export function fileTest(
	{ name, sql }: DataTest,
	project: Project,
	resolve: (model: Model, extent: Extent, sql: string) => string,
): TestQuery {
	const from = `(SELECT * FROM (${render(replaceSources(sql, 'true'), project, resolve)}) LIMIT 100)`;
	return { names: [name], from, found: 'count()', counts: '[count()]' };
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
	const found = await ask<{ test: number; found: string }>([...queries.keys()], 'found');
	const failing = found.filter((row) => Number(row.found) > 0).map(({ test }) => test);
	const rows = failing.length === 0 ? [] : await ask<{ test: number; counts: string[] }>(failing, 'counts');
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
