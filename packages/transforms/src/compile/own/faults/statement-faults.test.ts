import { describe, expect, it } from 'vitest';
import { compileOrThrow } from '../../compile.js';
import type { Materialization, Model } from '../../model.js';
import { readModel } from '../../read-model.js';
import { headerFaults } from './header-faults.js';
import { statementFaults, testStatementFaults } from './statement-faults.js';

type Kind = 'visitor' | 'partition' | 'from partition' | 'view';
const materialized: Record<Kind, Materialization> = {
	visitor: { kind: 'incremental by visitor' },
	partition: { kind: 'incremental by partition' },
	'from partition': { kind: 'incremental from partition', lookbackDays: 7 },
	view: { kind: 'view' },
};
const faultsOf = (kind: Kind, sql: string, partition: 'day' | 'week' = 'day') =>
	statementFaults({ materialized: materialized[kind], partition, sql } as Model);
/** A column in a model by partition. */
const column = (expression: string) => `SELECT site, day, ${expression} AS n FROM {{sessions}} GROUP BY site, day`;

describe('a statement that a run cannot keep up to date', () => {
	it.each([
		['partition', column('sum(count()) OVER (PARTITION BY site ORDER BY day)'), 'needs PARTITION BY site, day'],
		['partition', column('sum(count()) OVER ()'), 'needs PARTITION BY site, day'],
		[
			'partition',
			'SELECT site, day, sum(events) OVER w AS n FROM {{sessions}} WINDOW w AS (PARTITION BY site ORDER BY day)',
			'needs PARTITION BY site, day',
		],
		[
			'partition',
			column('row_number() OVER (PARTITION BY site, toMonth(day) ORDER BY 1)'),
			'needs PARTITION BY site, day',
		],
		[
			'visitor',
			'SELECT site, visitor_id, row_number() OVER (PARTITION BY site, day ORDER BY visitor_id) AS n FROM {{stg_events}}',
			'needs PARTITION BY site, visitor_id',
		],
		[
			'from partition',
			'SELECT site, day, sum(n) OVER (PARTITION BY site ORDER BY day) AS n FROM {{x}}',
			'needs a frame within its days',
		],
		['partition', 'SELECT TOP 1 site, day FROM {{sessions}}', '"TOP" without BY'],
		[
			'partition',
			'SELECT site, day FROM {{sessions}} ORDER BY day OFFSET 1 ROW FETCH FIRST 3 ROWS ONLY',
			'"FETCH" without BY',
		],
		['partition', 'SELECT site, day FROM {{sessions}} LIMIT (1)', '"LIMIT" without BY'],
		['partition', 'WITH 5 AS many SELECT site, day FROM {{sessions}} LIMIT many', '"LIMIT" without BY'],
		['partition', 'SELECT site, day FROM {{sessions}} LIMIT 1 BY site, day', 'needs ORDER BY before it'],
		[
			'partition',
			'SELECT site, day FROM {{sessions}} ORDER BY n LIMIT 1 BY site',
			'"LIMIT" BY needs the columns site, day',
		],
		['partition', column('UTCTimestamp()'), 'cannot call `UTCTimestamp`()'],
		['partition', column('`now`()'), 'cannot call `now`()'],
		['partition', column('current_timestamp'), 'cannot call `current_timestamp`()'],
		['partition', column("dictGet('d', 'a', 1)"), 'cannot call `dictGet`()'],
		['partition', column('curdate()'), 'cannot call `curdate`()'],
		['partition', column('FQDN()'), 'cannot call `FQDN`()'],
		['partition', column('currentUser()'), 'cannot call `currentUser`()'],
		['partition', column('queryID()'), 'cannot call `queryID`()'],
		['partition', column("getSetting('max_threads')"), 'cannot call `getSetting`()'],
		['partition', column('any_respect_nulls(n)'), 'depends on the order'],
		['partition', column('any_value(n)'), 'depends on the order'],
		['partition', column('anyOrDefault(n)'), 'depends on the order'],
		['partition', column('groupArray(n)[1]'), 'write arraySort(groupArray(…))'],
		['partition', column('length(groupArray(10)(n))'), 'write arraySort(groupArray(…))'],
		['partition', column('groupUniqArray(n)'), 'write arraySort(groupUniqArray(…))'],
		['partition', column('argMin(n, 1)'), 'its second argument is the same in every row'],
		['partition', column('neighbor(n, 1)'), 'use a window with ORDER BY'],
		['partition', 'SELECT site, day FROM {{sessions}} AS s ANY LEFT JOIN {{x}} AS x USING (site)', '"ANY" JOIN'],
		['partition', 'SELECT DISTINCT ON (site) site, day FROM {{sessions}}', '"DISTINCT ON"'],
		['partition', 'SELECT site, day FROM `events`', 'cannot read `events`'],
		['partition', 'SELECT site, day FROM {{sessions}} AS s, system.one', 'cannot read `system.one`'],
		['partition', 'SELECT site, day FROM ({{sessions}} AS s CROSS JOIN "plans" AS p)', 'cannot read `plans`'],
		['partition', 'SELECT site, day FROM {{sessions}} WHERE 1 IN system.one', 'cannot read `system.one`'],
		['partition', 'SELECT site, day FROM "transform_secret"', 'cannot read `transform_secret`'],
		['partition', "SELECT site, day FROM {{sessions}}, url('http://a', CSV)", 'cannot read `url`(…)'],
		[
			'partition',
			column('count() / (SELECT max(n) FROM (SELECT count() AS n FROM {{sessions}}))'),
			'as a single value',
		],
		[
			'partition',
			'WITH (SELECT count() FROM {{sessions}}) AS whole SELECT site, day, whole FROM {{sessions}}',
			'as a single value',
		],
		[
			'visitor',
			'SELECT site, visitor_id, n FROM {{stg_events}} CROSS JOIN (SELECT count() AS n FROM {{stg_events}})',
			'`count`() without GROUP BY',
		],
		[
			'visitor',
			'SELECT site, any_id, count() AS n FROM {{stg_events}} GROUP BY site, day',
			'"GROUP" BY needs site, visitor_id',
		],
		['partition', 'SELECT site, min(day) AS day FROM {{sessions}} GROUP BY site', '"GROUP" BY needs site, day'],
		[
			'partition',
			'SELECT site, day, sum(n) AS n FROM (SELECT site, toMonth(day) AS day, 1 AS n FROM {{x}} GROUP BY site, toMonth(day)) GROUP BY ALL',
			'"GROUP" BY needs site, day',
		],
		['partition', "SELECT 'a' AS site, max(day) AS day FROM {{x}}", '`max`() without GROUP BY is over all days'],
		['partition', 'SELECT site, day, $$x$$ AS n FROM {{sessions}}', '"$" is not allowed'],
		['partition', 'SELECT site, day, {hash_key_0:UInt64} AS n FROM {{sessions}}', '"{name:type}" is not allowed'],
		['partition', 'SELECT site, day, ‘x’ AS n FROM {{sessions}}', 'of a word processor'],
		['partition', 'SELECT site, day FROM {{sessions}} /* an open comment', 'do not match'],
		['view', 'SELECT site, key FROM footfall.`transform_secret`', 'is a table of the engine'],
	] as const)('%s: %s', (kind, sql, words) => {
		expect(faultsOf(kind, sql)).toContainEqual(expect.stringContaining(words));
	});

	it.each([
		['partition', column('sum(count()) OVER (PARTITION BY site, day ORDER BY hour ROWS UNBOUNDED PRECEDING)')],
		[
			'partition',
			'SELECT s.site, s.day, rank() OVER w FROM {{sessions}} AS s WINDOW w AS (PARTITION BY s.site, s.day)',
		],
		['partition', 'SELECT sum(n) OVER (w ROWS 1 PRECEDING) FROM {{x}} WINDOW w AS (PARTITION BY site, day ORDER BY n)'],
		[
			'from partition',
			'SELECT sum(n) OVER (PARTITION BY site ORDER BY day ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) FROM {{x}}',
		],
		['partition', 'SELECT site, day, limit, offset FROM {{x}}'],
		['partition', 'SELECT site, day FROM {{x}} ORDER BY n DESC, path LIMIT 2 BY site, day'],
		['partition', column('length(groupArray(n)) + arraySum(groupUniqArrayIf(n, is_bot))')],
		['partition', column("arrayMap(x -> x.2, arraySort(groupArray((ts, 'now()'))))")],
		['partition', column('argMax(n, (ts, event_id))')],
		['partition', "SELECT site, day, extract('day' FROM ts) AS n FROM {{x}} WHERE a IS DISTINCT FROM b # now()\n"],
		['partition', 'SELECT site, day FROM {{x}} ARRAY JOIN paths AS p, items AS i LEFT JOIN {{y}} AS y ON f(p, i)'],
		['partition', 'SELECT site, day FROM {{x}} AS x JOIN {{y}} AS y USING site, day'],
		[
			'partition',
			'WITH a AS (SELECT * FROM {{x}}), b AS (SELECT 1) SELECT site, day FROM a, b WHERE day IN (SELECT day FROM a) AND 1 IN b',
		],
		['partition', 'SELECT site, day FROM {{x}} JOIN numbers(3) AS n ON true WHERE a IN (1, 2) OR a IN tuple(1, 2)'],
		['partition', "SELECT site, day, {'a': 1}['a'] AS n FROM {{x}} WHERE `now` = 1 AND \"any\" > 1"],
		[
			'partition',
			'(SELECT site, day FROM {{x}}) UNION ALL (SELECT site, day FROM {{y}}) EXCEPT SELECT * EXCEPT (a) FROM {{x}}',
		],
		[
			'partition',
			'SELECT x.site, day, max(i) AS n FROM {{x}} AS x CROSS JOIN (SELECT max(number) AS i FROM numbers(3)) GROUP BY (x.site, day)',
		],
		['visitor', 'SELECT site, visitor_id, uniqExact(day) AS n FROM {{stg_events}} GROUP BY visitor_id, site'],
		['visitor', 'SELECT site, visitor_id, quantileExact(0.5)(n) OVER (PARTITION BY visitor_id, site) AS n FROM {{x}}'],
		['view', 'SELECT now(), any(n) FROM {{x}}, plans LIMIT 10'],
	] as const)('is not this one, %s: %s', (kind, sql) => {
		expect(faultsOf(kind, sql)).toEqual([]);
	});

	it('is looked for in weeks by their Monday or their days', () => {
		const window = (by: string) => `SELECT rank() OVER (PARTITION BY site, ${by}) FROM {{x}}`;
		expect(faultsOf('partition', window('week'), 'week')).toEqual([]);
		expect(faultsOf('partition', window('toMonday(day)'), 'week')).toEqual([]);
		expect(faultsOf('partition', window('path'), 'week')).toEqual([expect.stringContaining('site, week')]);
	});

	it('is a data test of which the result depends on more than its models', () => {
		for (const [sql, words] of [
			['SELECT site FROM {{x}} WHERE day > now()', 'a data test cannot call `now`()'],
			["SELECT a FROM url('http://a', CSV), {{x}}", 'a data test cannot read `url`(…)'],
			['SELECT site FROM {{x}} LIMIT 0', 'a data test cannot have "LIMIT" without BY'],
		] as const)
			expect(testStatementFaults(sql)).toEqual([expect.stringContaining(words)]);
	});

	it('is none of the models and data tests of this package, as far as they are SQL that an own model may have', () => {
		const project = compileOrThrow();
		const faults = project.models
			.filter(({ materialized: { kind } }) => kind !== 'ephemeral' && kind !== 'incremental by order')
			.flatMap((model) => statementFaults({ ...model, sql: model.sql.replaceAll('{{wanted}}', 'true') }))
			.filter((words) => !words.includes('groupArray'));
		// Models of Footfall know that these are safe: the minimum of days leaves out only rows without an effect, the
		// value is the only one, the window adds up differences, and the group is the calendar of a site.
		expect(faults).toEqual([
			expect.stringContaining('{{int_visits}}) as a single value'),
			expect.stringContaining('`min`() without GROUP BY'),
			expect.stringContaining('cannot call `anyIf`()'),
			expect.stringContaining('a frame within its days'),
			expect.stringContaining('"GROUP" BY needs site, day'),
		]);
	});
});

describe('SQL in a header', () => {
	const header = (lines: string) => {
		const read = readModel(
			'm',
			'own',
			`-- @description M.\n-- @grain n\n-- @order n\n-- @materialized view\n${lines}\nSELECT 1`,
		);
		if (!read.ok) throw new Error(read.faults.join());
		return headerFaults(read.model);
	};

	it.each([
		['-- @column n UInt64 TTL day + 1: N.', 'has no type of ClickHouse in "UInt64 TTL day + 1"'],
		['-- @column n UInt64 DEFAULT rand(): N.', 'has no type of ClickHouse'],
		['-- @column n UInt64 MATERIALIZED 1: N.', 'has no type of ClickHouse'],
		['-- @column n EPHEMERAL: N.', 'has no type of ClickHouse'],
		['-- @column n UInt64) ENGINE = Null AS SELECT (1: N.', 'has no type of ClickHouse'],
		['-- @column n Array(UInt64) CODEC(ZSTD): N.', 'has no type of ClickHouse'],
		['-- @column n UInt64 {>= (SELECT count() FROM transform_secret)}: N.', 'must be a condition on one row'],
		['-- @column n UInt64 {< now()}: N.', '"@column n": a condition cannot call `now`()'],
		['-- @column n UInt64 {> 1 -- 2}: N.', 'it has a comment'],
		['-- @column n UInt64: N.\n-- @check now() > day) OR (1: x', 'do not match'],
		['-- @column n UInt64: N.\n-- @check n IN plans: x', 'a condition cannot read `plans`'],
		['-- @column select UInt64: N.\n-- @column n UInt64: N.', '"@column select" is a word'],
	])('%s', (lines, words) => {
		expect(header(lines)).toContainEqual(expect.stringContaining(words));
	});

	it('may have any type that a column can have, and conditions on a row', () => {
		const project = compileOrThrow();
		expect(project.models.flatMap((model) => headerFaults(model))).toEqual([]);
		const types = [
			"Enum8('a' = 1, 'b--' = -2)",
			"DateTime64(3, 'UTC')",
			'Array(Tuple(path String, n Nullable(UInt64)))',
			'AggregateFunction(quantiles(0.5, 0.9), Float64)',
			'Map(LowCardinality(String), Decimal(38, 4))',
		];
		for (const type of types) expect(header(`-- @column n ${type} {NOT IN ('a', ';')}: N.`)).toEqual([]);
	});
});
