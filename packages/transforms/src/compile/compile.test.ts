import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { renderedStatements } from '../make/statements/rendered.js';
import { ModelFolders } from '../testing/model-folders.js';
import { CompileFault, compile, compileOrThrow } from './compile.js';
import { defaultParameters, readsEvents } from './model.js';

const folders = new ModelFolders();
afterAll(() => folders.remove());

describe('compile', () => {
	it.each([
		[
			'an unknown reference',
			'3_marts/sessions.sql',
			'{{int_visits}}',
			'{{nowhere}}',
			'sessions: {{nowhere}} is not a model',
		],
		[
			'a macro call that does not end',
			'3_marts/sessions.sql',
			'{{channel(utm_source, entry_referrer_host)}}',
			'{{channel(utm_source, entry_referrer_host)',
			'sessions: the call {{channel( does not end; end it with )}}',
		],
		[
			'a reference with spaces',
			'3_marts/sessions.sql',
			'{{int_visits}}',
			'{{ int_visits }}',
			'sessions: "{{ int_visits }}" is not {{MODEL}}, {{CONSTANT}} or {{MACRO(…)}}',
		],
		[
			'a reference to unknown rows of a model',
			'2_intermediate/int_visit_pieces.sql',
			'{{int_visits.before}}',
			'{{int_visits.previous}}',
			'int_visit_pieces: "{{int_visits.previous}}" is not {{MODEL}}, {{CONSTANT}} or {{MACRO(…)}}',
		],
		[
			'an unknown constant in a header',
			'2_intermediate/int_visits.sql',
			'first {{list_max}} paths',
			'first {{list_maximum}} paths',
			'int_visits: "{{list_maximum}}" is not',
		],
		[
			'a missing grain',
			'3_marts/sessions.sql',
			'-- @grain site, visitor_id, started_at\n',
			'',
			'sessions: the header needs one @grain, it has 0',
		],
		[
			'a key that is not a column',
			'3_marts/sessions.sql',
			'-- @grain site',
			'-- @grain shop',
			'sessions: "shop" in the header is not a column',
		],
		[
			'an unknown key',
			'3_marts/sessions.sql',
			'-- @grain',
			'-- @owner me\n-- @grain',
			'sessions: the header has an unknown @owner',
		],
		['a column without a description', '3_marts/sessions.sql', ': Site key.', '', 'is not "name type: description"'],
		[
			'an unknown materialization',
			'3_marts/sessions.sql',
			'-- @materialized incremental by visitor',
			'-- @materialized hourly',
			'sessions: "@materialized hourly" is not one of ephemeral, incremental by visitor, incremental by order, incremental by partition, "incremental from partition, lookback N days", view',
		],
		[
			'a model of visitors that reads a model of time partitions',
			'3_marts/sessions.sql',
			'FROM {{int_visits}}',
			'FROM {{funnel}}',
			'sessions: a model with @materialized incremental by visitor cannot read funnel',
		],
		[
			'a model of orders that follows no reports of orders',
			'3_marts/refunds.sql',
			'FROM {{int_order_reports}} AS report',
			'FROM {{int_visits}} AS report',
			'models with @materialized incremental by order must read one model by visitor, the same in all, found: int_order_reports, int_visits',
		],
		[
			'a model of orders that reads events',
			'3_marts/orders.sql',
			'FROM {{int_order_reports}} AS report\n        WHERE',
			'FROM {{stg_order_reports}} AS report\n        WHERE',
			'orders: a model with @materialized incremental by order cannot read stg_order_reports',
		],
		[
			'a model of orders without a column of their ids',
			'3_marts/refunds.sql',
			"-- @column order_id String {!= ''}",
			"-- @column order String {!= ''}",
			'refunds: "order_id" in the header is not a column',
		],
		[
			'@events in a stored model',
			'2_intermediate/int_order_reports.sql',
			'-- @materialized incremental by visitor',
			"-- @materialized incremental by visitor\n-- @events name = 'order'",
			'int_order_reports: @events needs @materialized ephemeral',
		],
		[
			'@defined in a model of all visitors for each day',
			'3_marts/users_activity.sql',
			'-- @tags',
			'-- @defined false\n-- @tags',
			'users_activity: @defined needs @materialized incremental by visitor or incremental by partition',
		],
		[
			'@defined without an answer',
			'3_marts/goal_days.sql',
			'-- @defined {{definitions.has_goals}}',
			'-- @defined goals',
			'goal_days: "@defined goals" is not one of true, false',
		],
		[
			'@reports in a model by visitor',
			'2_intermediate/int_order_reports.sql',
			'-- @materialized incremental by visitor',
			'-- @materialized incremental by visitor\n-- @reports told.is_refund',
			'int_order_reports: @reports needs @materialized incremental by order',
		],
		[
			'@follows of a list that no model has',
			'2_intermediate/int_order_visitors.sql',
			'-- @follows user_id in int_visits.users',
			'-- @follows user_id in int_visits.names',
			'int_order_visitors: @follows needs a column, and a list of a model by visitor that it reads',
		],
		[
			'@follows without a list',
			'2_intermediate/int_order_visitors.sql',
			'-- @follows user_id in int_visits.users',
			'-- @follows users',
			'int_order_visitors: "@follows users" is not "column in model.list"',
		],
		[
			'models of visitors without one that has their days',
			'2_intermediate/int_presence_days.sql',
			'-- @carries event_hashes, is_continued\n',
			'',
			'exactly one of the models with @materialized incremental by visitor must have @carries, found: none',
		],
		[
			'a reference to earlier rows of a model of time partitions',
			'2_intermediate/int_visit_pieces.sql',
			'{{int_visits.before}}',
			'{{page_days.before}}',
			'int_visit_pieces: {{page_days.before}} needs @materialized incremental by visitor in page_days',
		],
		[
			'one column in @carries instead of two',
			'2_intermediate/int_presence_days.sql',
			'-- @carries event_hashes, is_continued\n',
			'-- @carries event_hashes\n',
			'int_presence_days: "@carries event_hashes" is not two columns',
		],
		[
			'two models with @carries',
			'3_marts/sessions.sql',
			'-- @materialized incremental by visitor',
			'-- @materialized incremental by visitor\n-- @carries events, is_long',
			'exactly one of the models with @materialized incremental by visitor must have @carries, found: int_presence_days, sessions',
		],
		[
			'a model with other columns than the ephemeral model that adds its earlier rows',
			'2_intermediate/int_visits.sql',
			': Events.',
			': All events.',
			'int_visits: it must read int_visit_pieces alone, and its columns must be the first columns of int_visit_pieces',
		],
		[
			'@carries in a model of time partitions',
			'3_marts/page_days.sql',
			'-- @materialized incremental by partition',
			'-- @materialized incremental by partition\n-- @carries views, visitors',
			'page_days: @carries needs @materialized incremental by visitor',
		],
		[
			'models that read each other in a circle',
			'3_marts/retention.sql',
			'FROM {{int_activity_days}}',
			'FROM {{retention}}',
			'the models read each other in a circle',
		],
		[
			'a model of time partitions that reads the raw table',
			'3_marts/page_days.sql',
			'FROM {{int_user_days}}',
			'FROM {{events}}',
			'page_days: a model with @materialized incremental by partition cannot read {{events}}, since a run follows only its upstream models',
		],
		[
			'a model of visitors that reads the raw table',
			'3_marts/sessions.sql',
			'FROM {{int_visits}}',
			'FROM {{events}}',
			'sessions: a model with @materialized incremental by visitor cannot read {{events}}',
		],
		[
			'a model that reads the raw table without the condition of the run',
			'1_staging/stg_events.sql',
			'WHERE {{wanted}}',
			'WHERE true',
			'stg_events: it reads {{events}} without WHERE {{wanted}}',
		],
		[
			'a stored model that reads no model',
			'3_marts/retention.sql',
			'FROM {{int_activity_days}}',
			'FROM system.one',
			'retention: it reads no model, so no run computes it',
		],
		[
			'a model of time partitions that reads a view',
			'3_marts/product_days.sql',
			'FROM {{int_user_days}}',
			'FROM {{persons}}',
			'product_days: a model with @materialized incremental by partition cannot read persons, which has @materialized view',
		],
		[
			'a model of days that reads one of weeks',
			'3_marts/product_days.sql',
			'FROM {{int_user_days}}',
			'FROM {{retention}}',
			'product_days: it has a partition for each day, and cannot read retention, which has weeks',
		],
		[
			'a model of time partitions that reads earlier rows of visitors',
			'3_marts/session_days.sql',
			'FROM {{sessions}}',
			'FROM {{sessions.before}}',
			'session_days: a model with @materialized incremental by partition cannot read {{sessions.before}}',
		],
		[
			'a model of visitors that reads all rows of another',
			'3_marts/sessions.sql',
			'FROM {{int_visits}}',
			'FROM {{int_visits.all}}',
			'sessions: a model with @materialized incremental by visitor cannot read {{int_visits.all}}',
		],
		[
			'a model that reads another by its name',
			'3_marts/persons.sql',
			'FROM {{int_user_days}}',
			'FROM int_user_days',
			'persons: it reads int_user_days by its name, so that no run follows it; write {{int_user_days}}',
		],
		[
			'a reference with spaces',
			'3_marts/persons.sql',
			'FROM {{int_user_days}}',
			'FROM {{ int_user_days }}',
			'persons: {{ int_user_days }} is not a reference',
		],
		[
			'an extent of the raw table',
			'1_staging/stg_events.sql',
			'FROM {{events}}',
			'FROM {{events.all}}',
			'stg_events: {{events.all}} is not a reference',
		],
		[
			'a stored model that depends on the clock',
			'3_marts/session_days.sql',
			'FROM {{sessions}}',
			'FROM {{sessions}} WHERE day < today()',
			'session_days: a model with @materialized incremental by partition cannot call today(), since its rows would depend on the time of the run',
		],
		[
			'a data test that no run would run',
			'tests/activity_has_every_day.sql',
			'FROM {{users_activity}}',
			'FROM {{persons}}',
			'activity_has_every_day: the data test reads persons, which no run computes',
		],
		[
			'a data test that reads rows of which the first are gone when the last are computed',
			'tests/every_event_counts_once.sql',
			'FROM {{int_user_days}}',
			'FROM {{page_days}}',
			'every_event_counts_once: a data test cannot read both stg_events and page_days',
		],
	])('reports %s', (_, path, from, to, fault) => {
		const directory = folders.copy();
		const file = join(directory, path);
		const text = readFileSync(file, 'utf8');
		expect(text).toContain(from);
		writeFileSync(
			file,
			text.replace(from, () => to),
		);
		const compiled = compile(directory);
		expect(compiled.ok === false && compiled.faults.join('\n')).toContain(fault);
		expect(() => compileOrThrow(directory)).toThrow(CompileFault);
	});

	it.each([
		['-- @materialized incremental by visitor', '-- @refresh visitor', '@materialized incremental by visitor'],
		['-- @materialized incremental by visitor', '-- @refresh run', '@materialized ephemeral'],
		['-- @materialized incremental by visitor', '-- @refresh unit', '@materialized incremental by partition'],
		[
			'-- @materialized incremental by visitor',
			'-- @materialized onwards 29',
			'@materialized incremental from partition, lookback 29 days',
		],
		['-- @materialized incremental by visitor', '-- @refresh view', '@materialized view'],
		['-- @tags sessions', '-- @unit week', '@partition week'],
	])('refuses a header of an earlier version and names the new words, instead of %s: %s', (from, to, current) => {
		const directory = folders.copy();
		const file = join(directory, '3_marts/sessions.sql');
		const text = readFileSync(file, 'utf8');
		writeFileSync(file, text.replace(from, to));
		const line = text.split('\n').indexOf(from) + 1;
		const compiled = compile(directory);
		expect(compiled.ok === false && compiled.faults).toContain(
			`3_marts/sessions.sql:${line}: "${to.slice(3)}" is now "${current}"`,
		);
	});

	it.each([
		['events', 'a model cannot have this name, which the engine uses itself'],
		['transform_runs', 'a model cannot have this name'],
		['sessions', 'two models have this name'],
	])('refuses a model named %s', (name, fault) => {
		const directory = folders.copy();
		cpSync(join(directory, '3_marts/persons.sql'), join(directory, `2_intermediate/${name}.sql`));
		const compiled = compile(directory);
		expect(compiled.ok === false && compiled.faults.join('\n')).toContain(`${name}: ${fault}`);
	});

	it('ignores names in comments and quoted text of a statement', () => {
		const directory = folders.copy();
		const file = join(directory, '3_marts/funnel.sql');
		const text = readFileSync(file, 'utf8');
		writeFileSync(
			file,
			`${text.trimEnd()} -- {{nowhere}} {{sessions}}\n/* {{events}} */ SETTINGS log_comment = '{{nowhere}}'\n`,
		);
		const models = compileOrThrow(directory).models;
		const before = compileOrThrow().models.find(({ name }) => name === 'funnel');
		const funnel = models.find(({ name }) => name === 'funnel');
		expect(funnel?.reads).toEqual(before?.reads);
		expect(funnel && readsEvents(funnel)).toBe(false);
	});

	it('puts the session gap that a caller chooses into every statement that depends on it', () => {
		const places = (gap: RegExp, sql: string) =>
			[...sql.matchAll(gap)].map(({ index }) => sql.slice(index - 40, index));
		const compiled = (sessionGapMs: number) => {
			const project = compileOrThrow(undefined, { ...defaultParameters, sessionGapMs });
			return { project, sql: JSON.stringify([project.models, project.tests, renderedStatements(project)]) };
		};
		// Half an hour is also a bound in a list of durations.
		const usualGap = /\b1800(000)?\b(?!, \d)/g;
		const usual = compiled(1_800_000);
		const short = compiled(661_000);
		expect(usual.project.checksum).toBe(compileOrThrow().checksum);
		expect(short.project.checksum).not.toBe(usual.project.checksum);
		expect(places(usualGap, short.sql)).toEqual([]);
		expect(places(/\b661(000)?\b/g, short.sql)).toEqual(places(usualGap, usual.sql));
	});
});
