import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { CompileFault, compile, compileOrThrow, modelsDirectory } from './compile.js';
import { readsEvents } from './model.js';

const scratch = mkdtempSync(join(tmpdir(), 'footfall-models-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function copyModels(): string {
	const directory = mkdtempSync(join(scratch, 'models-'));
	cpSync(modelsDirectory, directory, { recursive: true });
	return directory;
}

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
			'sessions: "@materialized hourly" is not one of ephemeral, incremental by visitor, incremental by partition, "incremental from partition, lookback N days", view',
		],
		[
			'a model of visitors that reads a model of time partitions',
			'3_marts/sessions.sql',
			'FROM {{int_visits}}',
			'FROM {{funnel}}',
			'sessions: a model with @materialized incremental by visitor cannot read funnel',
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
	])('reports %s', (_, path, from, to, fault) => {
		const directory = copyModels();
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
		const directory = copyModels();
		const file = join(directory, '3_marts/sessions.sql');
		const text = readFileSync(file, 'utf8');
		writeFileSync(file, text.replace(from, to));
		const line = text.split('\n').indexOf(from) + 1;
		const compiled = compile(directory);
		expect(compiled.ok === false && compiled.faults).toContain(
			`3_marts/sessions.sql:${line}: "${to.slice(3)}" is now "${current}"`,
		);
	});

	it('ignores names in comments and quoted text of a statement', () => {
		const directory = copyModels();
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
});
