// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are pieces of source text.
const stg = 'models/1_staging/stg_events.sql';
const visits = 'models/2_intermediate/int_visits.sql';
const days = 'models/2_intermediate/int_user_days.sql';
const sessions = 'models/3_marts/sessions.sql';
const activity = 'models/3_marts/users_activity.sql';

/**
 * Bugs that somebody could make in the transforms: in `file`, what stands once as `from` becomes `to`.
 *
 * @type {readonly { name: string, file: string, from: string, to: string }[]}
 */
export const bugs = [
	// Models.
	{ name: 'a gap of exactly 1800 s cuts', file: visits, from: 'gap > 1800000', to: 'gap >= 1800000' },
	{ name: 'a gap of 1800.001 s does not cut', file: visits, from: 'gap > 1800000', to: 'gap > 1800001' },
	{
		name: 'page views are in no order',
		file: visits,
		from: 'arraySort(groupArrayIf((ts, event_id, path), is_page_view))',
		to: 'arrayReverseSort(groupArrayIf((ts, event_id, path), is_page_view))',
	},
	{
		name: 'the entry is of any event',
		file: visits,
		from: '        ms = started_ms\n',
		to: '        ms >= started_ms\n',
	},
	{
		name: 'the user of a visit is the first one',
		file: visits,
		from: 'argMaxIf(placed.user_id',
		to: 'argMinIf(placed.user_id',
	},
	{
		name: 'a session is of the day it ends',
		file: sessions,
		from: 'min(visit.day) AS day',
		to: 'max(visit.day) AS day',
	},
	{
		name: 'the exit is the first page of the last day',
		file: sessions,
		from: 'argMaxIf(visit.page_views[-1].path',
		to: 'argMaxIf(visit.page_views[1].path',
	},
	{
		name: 'a session with a click can bounce',
		file: sessions,
		from: 'page_views <= 1 AND min(is_all_views)',
		to: 'page_views <= 1',
	},
	{
		name: 'a session needs more than the same moment to go on in the funnel',
		file: sessions,
		from: 't >= viewed_at',
		to: 't > viewed_at',
	},
	{
		name: 'a button can forge a view',
		file: stg,
		from: "name = 'view' AND obj = 'page' AS is_page_view",
		to: "obj = 'page' OR obj_id = 'view_page' AS is_page_view",
	},
	{ name: 'an hour after the receipt is impossible', file: stg, from: 'INTERVAL 1 DAY', to: 'INTERVAL 1 HOUR' },
	{ name: 'a misdated day can be the first', file: days, from: 'minIf(day, NOT is_misdated)', to: 'min(day)' },
	{ name: 'an add before the view counts', file: days, from: 'views > 0 AND t >= viewed_at', to: 'views > 0' },
	{
		name: 'a checkout at the moment of the add does not count',
		file: days,
		from: 'ifNull(last_checkout_at >= p.5, false)',
		to: 'ifNull(last_checkout_at > p.5, false)',
	},
	{
		name: 'machines count as active',
		file: activity,
		from: '                FROM {{int_user_days}}\n                WHERE NOT is_bot AND NOT is_misdated',
		to: '                FROM {{int_user_days}}\n                WHERE NOT is_misdated',
	},
	{ name: 'a week has 8 days', file: activity, from: 'toUInt32(step.1) + 7', to: 'toUInt32(step.1) + 8' },
	{ name: 'a month has 31 days', file: activity, from: 'toUInt32(step.1) + 30', to: 'toUInt32(step.1) + 31' },
	{ name: 'a window looks back too short', file: activity, from: '@refresh onwards 29', to: '@refresh onwards 20' },
	{
		name: 'retention takes the week for the cohort',
		file: 'models/3_marts/retention.sql',
		from: 'toMonday(first_day) AS cohort_week',
		to: 'toMonday(day) AS cohort_week',
	},
	{
		name: 'a page bounces where it is left',
		file: 'models/3_marts/page_days.sql',
		from: '(exit_path, toUInt64(0), toUInt64(0), toUInt64(0), toUInt64(1), toUInt64(0))',
		to: '(exit_path, toUInt64(0), toUInt64(0), toUInt64(0), toUInt64(1), toUInt64(is_bounce))',
	},
	{ name: 'p75 is p70', file: 'models/3_marts/vitals_days.sql', from: 'quantileExact(0.75)', to: 'quantileExact(0.7)' },
	// Engine.
	{
		name: 'every receipt counts',
		file: 'src/run-sql.ts',
		from: ".replaceAll('{{events}}', 'events FINAL')",
		to: ".replaceAll('{{events}}', 'events')",
	},
	{
		name: 'old events of a changed visitor are not read',
		file: 'src/make-visitors.ts',
		from: 'toString(least(first, ${',
		to: 'toString(greatest(first, ${',
	},
	{
		name: 'a day that lost its rows is not noticed',
		file: 'src/run-sql.ts',
		from: 'old === undefined ? made : `${made} UNION ALL ${old}`',
		to: 'made',
	},
	{
		name: 'other sites of a visitor number are recomputed, but not replaced',
		file: 'src/run-sql.ts',
		from: 'AND (site, visitor_id) IN ${changedVisitors(run)} AND ${since}',
		to: 'AND visitor_id IN (SELECT visitor_id FROM ${changesTable} WHERE run = ${run}) AND ${since}',
	},
	{
		name: 'changed visitors are kept as they were, too',
		file: 'src/run-sql.ts',
		from: 'AND (site, visitor_id) NOT IN ${changedVisitors(run)}`',
		to: 'AND NOT has([0], visitor_id)`',
	},
	{
		name: 'other visitors of a changed day are forgotten',
		file: 'src/run-sql.ts',
		from: 'WHERE ${seen} AND ${unitsCondition(units, model.unit)} AND (site, visitor_id) NOT IN',
		to: 'WHERE false AND ${unitsCondition(units, model.unit)} AND (site, visitor_id) NOT IN',
	},
	{
		name: 'a merged part with new blocks is taken for seen',
		file: 'src/ledger.ts',
		from: 'a <= from && to <= b',
		to: 'a <= to && from <= b',
	},
	{
		name: 'lost blocks are not noticed',
		file: 'src/ledger.ts',
		from: "if (!blocks.every((interval) => covers(current.blocks, interval))) return { kind: 'rewritten' };",
		to: '',
	},
	{
		name: 'a replaced unit hides its neighbour',
		file: 'src/manifest.ts',
		from: '{ ...range, to: from - 1 }',
		to: '{ ...range, to: from - 2 }',
	},
	{
		name: 'activity is made from the last changed day on',
		file: 'src/make-units.ts',
		from: 'Math.min(...inputs.map((range) => range.from))',
		to: 'Math.max(...inputs.map((range) => range.from))',
	},
	{
		name: 'a week starts on a Sunday',
		file: 'src/make-units.ts',
		from: '(((day + 3) % 7) + 7) % 7',
		to: '(((day + 4) % 7) + 7) % 7',
	},
	{
		name: 'a model is made of what was published before',
		file: 'src/make-units.ts',
		from: 'next[name] = replaceUnits(next[name] ?? [], changed.get(name) ?? [], run);',
		to: 'if (!published) next[name] = replaceUnits(next[name] ?? [], changed.get(name) ?? [], run);',
	},
	{
		name: 'rows that readers see are collected as garbage',
		file: 'src/garbage.ts',
		from: 'for (const run of sees) needed.add(run);',
		to: 'needed.add(inOrder[i]?.run as bigint);',
	},
];
