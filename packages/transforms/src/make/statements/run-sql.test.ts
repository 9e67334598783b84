import { describe, expect, it } from 'vitest';
import { compileOrThrow } from '../../compile/compile.js';
import { placedTokens } from '../../compile/sql-queries.js';
import { tableOf } from '../../store/layout.js';
import { testsOfVisitors } from '../data-tests.js';
import { columnsIn, everyVisitor, insertsOfVisitors, isCopiedInRebuilds, selectFromPublished } from './run-sql.js';

const columns = ['day', 'site', 'views'].map((name) => ({ name, type: 'String', description: '', test: undefined }));

const pages = { name: 'pages', columns };

describe('columnsIn', () => {
	it('lists the columns that a statement names, in the order of the model', () => {
		expect(columnsIn(pages, 'SELECT views, site FROM {{pages}}')).toBe('site, views');
	});

	it('does not count names in comments and quoted text', () => {
		const sql = "SELECT views -- by site\n/* of a\nday */ FROM {{pages}} WHERE name = 'it''s the day -- site'";
		expect(columnsIn(pages, sql)).toBe('views');
	});

	it('counts names in quotation marks, which ClickHouse reads as columns', () => {
		expect(columnsIn(pages, 'SELECT "day", `views` FROM {{pages}}')).toBe('day, views');
	});

	it.each([
		'SELECT * FROM {{pages}}',
		'SELECT day FROM (SELECT DISTINCT * FROM {{pages}})',
		'SELECT count(DISTINCT *) FROM {{pages}}',
		'SELECT count(DISTINCT (p.*)) FROM {{pages}} AS p',
		"SELECT COLUMNS('^v') FROM {{pages}}",
		'WITH x AS (SELECT * EXCEPT (day) FROM {{pages}}) SELECT views FROM x',
		'SELECT cityHash64(*) AS hash FROM {{pages}} GROUP BY ALL',
		'SELECT views FROM {{others}} UNION DISTINCT SELECT * FROM {{pages}}',
	])('lists all columns of a model that a SELECT reads whole: %s', (sql) => {
		expect(columnsIn(pages, sql)).toBe('day, site, views');
	});

	it.each([
		'SELECT views * 2, 3 * (views), count(*) FROM {{pages}}',
		'SELECT * FROM (SELECT views FROM {{pages}})',
		'SELECT views FROM {{pages}} UNION ALL SELECT * FROM {{others}}',
	])('does not for a multiplication, or a star of other rows: %s', (sql) => {
		expect(columnsIn(pages, sql)).toBe('views');
	});

	it('lists the first column for a statement that names none, so that rows can be counted', () => {
		expect(columnsIn(pages, 'SELECT count() FROM {{pages}}')).toBe('day');
	});
});

describe('the SELECT of a model of time partitions', () => {
	const project = compileOrThrow();
	const modelOf = (name: string) => project.models.find((model) => model.name === name) as (typeof project.models)[0];
	const days = [{ from: 3, to: 3 }];
	const next = { sessions: [{ from: 1, to: 9, run: 5n }], int_activity_days: [{ from: 1, to: 9, run: 5n }] };
	const selectOf = (name: string, seen = next) => selectFromPublished(modelOf(name), project, seen, days);
	const table = tableOf(modelOf('sessions'));
	const isSeen = 'PREWHERE ((run = 5 AND (day = toDate(3))))';

	it('reads a table without a subquery where a query reads it alone', () => {
		expect(selectOf('session_days')).toContain(`FROM ${table} AS session\n${isSeen}\nWHERE NOT is_bot`);
		expect(selectOf('audience_days')).toMatch(
			/AS session\nARRAY JOIN [^\n]* AS pair\nPREWHERE [^\n]*\nWHERE NOT is_bot/,
		);
		expect(selectOf('session_days')).not.toContain('(SELECT');
	});

	it('reads all days where the model says so', () => {
		expect(selectOf('users_activity')).toContain('PREWHERE ((run = 5 AND (day BETWEEN toDate(1) AND toDate(9))))');
	});

	it('reads the chosen sites only', () => {
		const sites = { from: 'a', to: "b'" };
		const select = selectFromPublished(modelOf('session_days'), project, next, days, sites);
		expect(select).toContain(`${isSeen} AND site BETWEEN 'a' AND 'b\\''\n`);
	});

	it('reads a subquery where there are no rows, and in models of a site', () => {
		const empty = selectOf('session_days', { ...next, sessions: [] });
		expect(empty).not.toContain('PREWHERE');
		expect(empty).toContain('WHERE false) AS session');
		const own = { ...modelOf('session_days'), own: { file: 'models/session_days.sql' } } as never;
		expect(selectFromPublished(own, project, next, days)).not.toContain('PREWHERE');
	});
});

describe('a rebuild', () => {
	const project = compileOrThrow();
	const copied = project.models.filter((model) => isCopiedInRebuilds(model, project));
	const rebuild = { kind: 'all', range: everyVisitor, leftOut: undefined, present: 'true' } as const;

	it('stages only the columns of events that models or tests read', () => {
		const staging = project.models.filter(({ name }) => name === 'stg_events');
		const [statement = ''] = staging.flatMap((model) => insertsOfVisitors(model, project, 1n, rebuild));
		const staged = /\(([^)]*)\)/.exec(statement)?.[1]?.split(', ');
		expect(staged).toEqual(
			expect.arrayContaining(['site', 'visitor_id', 'event_id', 'ts', 'day', 'event', 'is_vital', 'country']),
		);
		expect(staged).not.toContain('title');
	});

	it('copies upstream rows only for models whose files say so', () => {
		const saying = project.models.filter(({ sql }) => sql.startsWith('-- A rebuild does not run this statement'));
		expect(copied.map(({ name }) => name)).toEqual(['int_visits']);
		expect(saying).toEqual(copied);
	});

	it('computes other models from the rows of the slice, and tests the table', () => {
		const [visits] = copied.map(tableOf);
		const sessions = project.models.filter(({ name }) => name === 'sessions');
		const statements = sessions.flatMap((model) => insertsOfVisitors(model, project, 1n, rebuild)).join('\n');
		expect(statements).not.toContain(visits);
		expect(statements).toContain('transform_scratch_int_visit_pieces');
		expect(
			testsOfVisitors(project, 1n, rebuild)
				.map(({ from }) => from)
				.join('\n'),
		).toContain(visits);
	});

	it('runs the SQL of a copied model when its events were staged in passes', () => {
		for (const model of copied) {
			const statements = (scope: Parameters<typeof insertsOfVisitors>[3]) =>
				insertsOfVisitors(model, project, 1n, scope).join('\n');
			expect(statements(rebuild)).not.toContain('ASOF');
			expect(statements({ ...rebuild, staged: [] })).toContain('ASOF');
		}
	});
});

describe('placedTokens', () => {
	it('keeps the tokens of the statements of a run, and of a bounded number of others', () => {
		const { models, tests } = compileOrThrow();
		const statements = [...models, ...tests].map(({ sql }) => sql);
		const first = statements.map(placedTokens);
		expect(statements.every((sql, i) => placedTokens(sql) === first[i])).toBe(true);
		for (let i = 0; i < 40; i++) placedTokens(`SELECT ${'a, '.repeat(2_000)}${i}`);
		expect(statements.some((sql, i) => placedTokens(sql) === first[i])).toBe(false);
		expect(statements.map(placedTokens)).toEqual(first);
	});
});
