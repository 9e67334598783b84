import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ownModels } from '../../testing/own-models.js';
import { ProjectFolders } from '../../testing/project-folders.js';
import { compileOrThrow, compileWithOwn } from '../compile.js';

const folders = new ProjectFolders();
afterAll(() => folders.remove());
const ours = compileOrThrow();
type Files = Readonly<Record<string, string>>;
const compiled = (files: Files) => folders.compile(ours, files);
const days = 'models/shopping_days.sql';
const shopping = 'models/visitors/int_shopping.sql';
const first = 'models/visitors/first_days.sql';
/** The faults of the own models with a change in one file. */
const faultsWith = (file: keyof typeof ownModels, from: string, to: string) => {
	expect(ownModels[file]).toContain(from);
	return compiled({ ...ownModels, [file]: ownModels[file].replace(from, to) }).faults;
};

describe('a project folder', () => {
	it('compiles to models in lineage order, with the lines of their files', () => {
		const { project, faults } = compiled(ownModels);
		expect(faults).toEqual([]);
		const names = project.own.models.map(({ name }) => name);
		expect(names.indexOf('int_shopping')).toBeLessThan(names.indexOf('shopping_days'));
		expect(names.indexOf('shopping_days')).toBeLessThan(names.indexOf('running_views'));
		const model = project.own.models.find(({ name }) => name === 'shopping_days');
		expect(model?.own?.firstLine).toBe(12);
		expect(project.own.tests.map(({ name }) => name)).toEqual(['shopping_is_whole']);
		// Those of this package are as before, so that an own model never causes a rebuild of them.
		expect({ ...project, own: ours.own }).toEqual(ours);
	});

	it('gives another version to exactly a changed model, those that read it, and those with another data test', () => {
		const versions = (files: Files) =>
			new Map(compiled(files).project.own.models.map(({ name, own }) => [name, own?.version]));
		const before = versions(ownModels);
		const changedWith = (files: Files) => {
			const after = versions(files);
			return new Set([...before.keys()].filter((name) => before.get(name) !== after.get(name)));
		};
		const readers = new Set(['running_views', 'shopping_days', 'shopping_now', 'shopping_weeks']);
		expect(changedWith({ ...ownModels, [days]: ownModels[days].replace('sum(views)', '1 * sum(views)') })).toEqual(
			readers,
		);
		expect(changedWith({ ...ownModels, 'models/other.sql': ownModels['models/shopping_now.sql'] })).toEqual(new Set());
		expect(changedWith({ ...ownModels, 'tests/more.sql': 'SELECT 1 FROM {{shopping_days}} WHERE views > 9' })).toEqual(
			readers,
		);
	});

	it('gives the same versions wherever the folder is, and wherever a file is in it', () => {
		const { [days]: text, ...others } = ownModels;
		const [here, there] = [ownModels, { ...others, 'models/elsewhere/shopping_days.sql': text }].map(compiled);
		expect(there?.project.own.checksum).toBe(here?.project.own.checksum);
		const broken = { ...ownModels, [days]: text.replace('-- @grain site, day\n', '') };
		const faulty = [1, 2].map(() => compileWithOwn(ours, folders.write(broken)).project.own.faulty);
		const of = (what: 'words' | 'version') => faulty.map((all) => new Map(all.map((one) => [one.name, one[what]])));
		expect(of('version')[0]).toEqual(of('version')[1]);
		expect(of('words')[0]).not.toEqual(of('words')[1]);
	});

	it('may call macros of its own, whose calls keep the numbers of lines', () => {
		const macro =
			'-- @description Share of two numbers.\n-- @parameters part, whole\nif($whole = 0,\n    0,\n    $part / $whole)\n';
		const text = ownModels[days].replace('sum(adds) AS adds', '{{share(\n    sum(adds),\n    sum(views)\n)}} AS adds');
		const { project, faults } = compiled({ ...ownModels, 'macros/share.sql': macro, [days]: text });
		expect(faults).toEqual([]);
		const { sql = '' } = project.own.models.find(({ name }) => name === 'shopping_days') ?? {};
		expect(sql.split('\n')).toHaveLength(text.split('\n').length - 12);
		expect(sql).toContain('if((sum(views)) = 0, 0, (sum(adds)) / (sum(views)))');
		const unknown = compiled({ ...ownModels, [days]: text }).faults;
		expect(unknown).toEqual([
			expect.stringMatching(/^footfall\/models\/shopping_days\.sql:\d+: \{\{share\(…\)\}\} is not a macro/),
		]);
	});

	it('names the day and the time of an event, and the gap of sessions, as the models of this package do', () => {
		const { project, faults } = compiled({
			'models/late.sql': ownModels[shopping].replace(
				'countIf(is_page_view)',
				'countIf({{event_time}} > {{event_day}} + {{session_gap_s}})',
			),
		});
		expect(faults).toEqual([]);
		expect(project.own.models[0]?.sql).toContain('countIf(ts > day + 1800)');
	});

	it('leaves out a model with a fault and those that read it, and compiles the others', () => {
		const { project, faults } = compiled({
			...ownModels,
			[days]: ownModels[days].replace('-- @grain site, day\n', ''),
		});
		expect(faults).toEqual(
			['footfall/models/shopping_days.sql:2: the header needs one @grain, it has 0'].map((text) =>
				expect.stringContaining(text.slice(36)),
			),
		);
		expect(project.own.models.map(({ name }) => name)).toEqual(['first_days', 'int_shopping']);
		expect(project.own.faulty.map(({ name }) => name).sort()).toEqual([
			'running_views',
			'shopping_days',
			'shopping_now',
			'shopping_weeks',
		]);
	});
});

describe('a fault of an own file names the file, the line and the remedy', () => {
	const at = 'footfall/models/shopping_days.sql';
	it.each([
		[
			'an unknown model',
			days,
			'{{int_shopping}}',
			'{{shoppings}}',
			`${at}:13: {{shoppings}} is not a model; "footfall transforms ls" lists`,
		],
		[
			'a name with spaces',
			days,
			'{{int_shopping}}',
			'{{ int_shopping }}',
			`${at}:13: "{{ int_shopping }}" is not {{MODEL}}`,
		],
		['a missing header', days, '-- @order site\n', '', 'the header needs one @order, it has 0'],
		['an unknown header', days, '-- @check', '-- @owner me\n-- @check', `${at}:11: the header has an unknown @owner`],
		['a wrong kind', days, 'incremental by partition', 'table', `${at}:4: "@materialized table" is not one of`],
		[
			'an ephemeral model',
			days,
			'incremental by partition',
			'ephemeral',
			`${at}:4: "@materialized ephemeral" is for models of Footfall's own; use view`,
		],
		[
			'a model of orders',
			days,
			'incremental by partition',
			'incremental by order',
			'"@materialized incremental by order" is for models of Footfall\'s own; read {{orders}} or {{refunds}}',
		],
		[
			'a model of few events',
			days,
			'-- @check',
			"-- @events name = 'order'\n-- @check",
			"@events is for models of Footfall's own; remove the line",
		],
		[
			'a column twice',
			days,
			'-- @column adds',
			'-- @column views UInt64: Again.\n-- @column adds',
			'"@column views" is there twice',
		],
		[
			'a column of the engine',
			days,
			'-- @column adds',
			'-- @column run UInt64: Again.\n-- @column adds',
			`${at}:8: "@column run" is a column of the engine's own`,
		],
		[
			'a circle',
			days,
			'{{int_shopping}}',
			'{{shopping_weeks}}',
			'the models read each other in a circle (shopping_days, shopping_weeks)',
		],
		[
			'the raw table',
			days,
			'{{int_shopping}}',
			'{{events}}',
			`${at}:13: {{events}} is for models of Footfall's own; read {{stg_events}}`,
		],
		[
			'earlier rows',
			days,
			'{{int_shopping}}',
			'{{int_shopping.history}}',
			`${at}:13: {{int_shopping.history}} is for models of Footfall's own; write {{int_shopping}}`,
		],
		[
			'events in a model of days',
			days,
			'{{int_shopping}}',
			'{{stg_events}}',
			`${at}:13: {{stg_events}} cannot be read in a model with "@materialized incremental by partition": events arrive late and of any day, so that a run finds them by visitor; keep rows by visitor first`,
		],
		[
			'a view in a stored model',
			days,
			'{{int_shopping}}',
			'{{persons}}',
			`${at}:13: {{persons}} cannot be read in a model with "@materialized incremental by partition", whose rows are not stored`,
		],
		[
			'a mart in a model of visitors',
			shopping,
			'{{stg_events}}',
			'{{funnel}}',
			'{{funnel}} cannot be read in a model with "@materialized incremental by visitor", whose rows are not of single visitors',
		],
		['a step of a run', first, '{{sessions}}', '{{int_visit_pieces}}', 'which is a step of a run; read {{int_visits}}'],
		[
			'a grain without the day',
			days,
			'-- @grain site, day',
			'-- @grain site',
			`${at}:2: "@grain" needs day in a model with "@materialized incremental by partition"`,
		],
		[
			'a grain without the visitor',
			shopping,
			'-- @grain site, visitor_id, day',
			'-- @grain site, day',
			':2: "@grain" needs visitor_id',
		],
		[
			'the time of the run',
			days,
			'sum(adds)',
			'sum(adds) + toUInt32(now())',
			`${at}:12: a stored model cannot call \`now\`(): its rows would depend on the time of the run`,
		],
		[
			'the order of rows',
			days,
			'sum(adds)',
			'any(adds)',
			`${at}:12: a stored model cannot call \`any\`(): its result depends on the order`,
		],
		['a sampled quantile', days, 'sum(adds)', 'quantile(0.5)(adds)', 'use quantileExact'],
		[
			'a table by its name',
			days,
			'{{int_shopping}}',
			'{{int_shopping}} JOIN plans USING (day)',
			`${at}:13: a stored model cannot read \`plans\`, since no run follows its changes`,
		],
		['a file of the server', days, '{{int_shopping}}', "file('x.csv')", 'a stored model cannot read `file`(…)'],
		[
			'a limit',
			days,
			'GROUP BY site, day',
			'GROUP BY site, day LIMIT 10',
			`${at}:14: a stored model cannot have "LIMIT" without BY`,
		],
		[
			'a window over all visitors',
			shopping,
			'PARTITION BY site, visitor_id ',
			'',
			'a window "OVER" needs PARTITION BY site, visitor_id',
		],
		[
			'bounds of its own',
			days,
			'GROUP BY site, day',
			'GROUP BY site, day SETTINGS max_execution_time = 0',
			`${at}:14: "SETTINGS" is not allowed`,
		],
		[
			'two statements',
			days,
			'GROUP BY site, day',
			'GROUP BY site, day; DROP TABLE events',
			`${at}:14: ";" is not allowed`,
		],
		[
			'a bracket too many',
			days,
			'GROUP BY site, day',
			'GROUP BY site, day) AS x, (SELECT 1',
			'parentheses, brackets or quotation marks do not match',
		],
		[
			'a test that reads a view',
			'tests/shopping_is_whole.sql',
			'{{shopping_days}}',
			'{{shopping_now}}',
			'footfall/tests/shopping_is_whole.sql:3: a data test cannot read {{shopping_now}}',
		],
	] as const)('%s', (_, file, from, to, words) => {
		expect(faultsWith(file, from, to)).toContainEqual(expect.stringContaining(words));
	});

	it('accepts what only looks like one', () => {
		const sql =
			"SELECT site, day, sum(views) AS views, sum(adds) AS adds, uniqExact(visitor_id) AS visitors, 0 AS returning -- now() FROM plans;\nFROM (SELECT *, row_number() OVER w AS n, 'any(x) LIMIT 1' AS t FROM {{int_shopping}} WINDOW w AS (PARTITION BY site, day ORDER BY visitor_id))\nGROUP BY site, day ORDER BY views LIMIT 3 BY site, day";
		const header = ownModels[days]
			.split('\n')
			.filter((line) => line.startsWith('-- @'))
			.join('\n');
		expect(compiled({ ...ownModels, [days]: `${header}\n${sql}\n` }).faults).toEqual([]);
	});

	it.each([
		['sessions', "is a name of Footfall's own"],
		['events', "is a name of Footfall's own"],
		['select', "is a word of ClickHouse's SQL; rename the file, such as select_days.sql"],
		['nan', "is a word of ClickHouse's SQL"],
		['qualify', "is a word of ClickHouse's SQL"],
		['Plans', 'is not a name of 1 to 63 small letters'],
		['a__b', 'has two underscores in a row'],
		['own_plans', 'begins with own_'],
		['transform_runs', 'begins with transform_'],
	])('the name %s', (name, words) => {
		const { faults } = compiled({ [`models/${name}.sql`]: ownModels[shopping] });
		expect(faults).toEqual([expect.stringContaining(`footfall/models/${name}.sql:`)]);
		expect(faults[0]).toContain(`"${name}" ${words}`);
	});

	it('the same name in two folders, and the name of a macro of Footfall', () => {
		const twice = compiled({ 'models/a/days.sql': ownModels[shopping], 'models/b/days.sql': ownModels[shopping] });
		expect(twice.faults).toContainEqual(expect.stringContaining('is the name of footfall/models/b/days.sql, too'));
		const macro = compiled({ 'macros/channel.sql': '-- @description A channel.\n1\n' });
		expect(macro.faults).toEqual([
			expect.stringMatching(/^footfall\/macros\/channel\.sql:1: "channel" is a name of Footfall's own/),
		]);
	});

	it('a link, a folder with the name of a file, a file that is too large or not text, and folders too deep', () => {
		const folder = folders.write({
			'models/plain.sql': ownModels[shopping],
			'models/large.sql': 'x'.repeat(300_000),
			[`models/${'d/'.repeat(10)}deep.sql`]: '',
			'tests/a/b.sql': '',
		});
		symlinkSync(join(folder, 'models/plain.sql'), join(folder, 'models/link.sql'));
		mkdirSync(join(folder, 'models/folder.sql'));
		writeFileSync(join(folder, 'models/bytes.sql'), Buffer.from([0xff, 0xfe, 0]));
		const faults = compileWithOwn(ours, folder).faults.map((fault) => fault.replaceAll(`${folder}/`, ''));
		expect(faults).toEqual([
			expect.stringContaining('models/bytes.sql: it cannot be read (it is not UTF-8)'),
			expect.stringContaining('folders are nested more than 8 deep'),
			expect.stringContaining('models/folder.sql: it is a folder with the name of a file'),
			expect.stringContaining('models/large.sql: it has 300000 bytes, at most 262144 are read'),
			expect.stringContaining('models/link.sql: it is a link'),
			expect.stringContaining('tests/a: tests has no folders'),
		]);
	});

	it('too many files', () => {
		const many = Object.fromEntries(
			Array.from({ length: 301 }, (_, i) => [`macros/m${i}.sql`, '-- @description One.\n1\n']),
		);
		expect(compiled(many).faults).toContainEqual(
			expect.stringContaining('the project folder has more than 300 files of SQL, and no more are read'),
		);
	});
});

describe('a model that is there and cannot be computed', () => {
	const faultyWith = (files: Files) =>
		new Map(compiled(files).project.own.faulty.map(({ name, words }) => [name, words]));

	it('keeps its rows if its file is not read, and so do those that read it, whose faults name it', () => {
		const large = compiled({ ...ownModels, [days]: `${ownModels[days]}-- ${'x'.repeat(300_000)}` });
		expect(large.faults).toEqual([
			expect.stringMatching(/^footfall\/models\/shopping_days\.sql: it has 300\d{3} bytes/),
		]);
		const faulty = new Map(large.project.own.faulty.map(({ name, words }) => [name, words]));
		expect(new Set(faulty.keys())).toEqual(
			new Set(['running_views', 'shopping_days', 'shopping_now', 'shopping_weeks']),
		);
		expect(faulty.get('shopping_weeks')).toMatch(/shopping_weeks\.sql: it reads shopping_days, which has a fault$/);
		const { [days]: _, ...others } = ownModels;
		expect(faultyWith({ ...others, 'models/shopping_days.SQL': ownModels[days] }).get('shopping_days')).toContain(
			'its name must end in .sql',
		);
		const folder = folders.write(others);
		symlinkSync(join(folder, 'models/shopping_weeks.sql'), join(folder, days));
		expect(compileWithOwn(ours, folder).project.own.faulty.map(({ name }) => name)).toContain('shopping_days');
	});

	it('keeps its rows if it reads one of a circle, or one that reads itself', () => {
		const reading = (name: string) => ownModels['models/shopping_now.sql'].replaceAll('shopping_days', name);
		const circle = { 'models/aa.sql': reading('bb'), 'models/bb.sql': reading('aa'), 'models/cc.sql': reading('aa') };
		const faulty = faultyWith({ ...circle, 'models/dd.sql': reading('cc') });
		expect(new Set(faulty.keys())).toEqual(new Set(['aa', 'bb', 'cc', 'dd']));
		expect(faulty.get('dd')).toMatch(/dd\.sql: it reads cc, which has a fault$/);
		const itself = faultyWith({ 'models/aa.sql': reading('aa'), 'models/cc.sql': reading('aa') });
		expect(new Set(itself.keys())).toEqual(new Set(['aa', 'cc']));
	});

	it('does not take the place of a model of Footfall if its file has that name', () => {
		const { own } = compiled({ ...ownModels, 'models/sessions.sql': ownModels[shopping] }).project;
		expect(own.faulty).toEqual([]);
		expect(own.models.map(({ name }) => name)).toContain('first_days');
		expect(own.models.map(({ name }) => name)).not.toContain('sessions');
	});

	it('may be in a folder that was not read, so that no model counts as removed', () => {
		const wholes = (files: Files) => compiled(files).project.own.incomplete;
		expect(wholes(ownModels)).toBeUndefined();
		expect(wholes({ ...ownModels, [`models/${'d/'.repeat(10)}deep.sql`]: '' })).toContain('nested more than 8 deep');
		expect(wholes({ models: '' })).toContain('models: it must be a folder');
		const many = Array.from({ length: 301 }, (_, i) => [`models/m${i}.sql`, ownModels[shopping]]);
		const { project, faults } = compiled(Object.fromEntries([...many, [days, ownModels[days]]]));
		expect(project.own.incomplete).toContain('more than 300 files');
		expect(faults).toHaveLength(1);
		const folder = folders.write({ ...ownModels, 'links/a.sql': '' });
		symlinkSync(join(folder, 'links'), join(folder, 'models/linked'));
		expect(compileWithOwn(ours, folder).project.own.incomplete).toContain('linked: it is a link');
		expect(compileWithOwn(ours, join(folder, 'models/shopping_now.sql')).project.own.incomplete).toContain(
			'it cannot be read (',
		);
	});

	it('keeps its rows if the compiler itself fails, so that the collector starts', () => {
		const broken = { ...ours, macros: undefined as never };
		const { project, faults } = compileWithOwn(broken, folders.write({ ...ownModels, 'macros/a.sql': '1' }));
		expect(faults).toEqual([expect.stringContaining('it cannot be compiled (')]);
		expect(project.own.incomplete).toBe(faults[0]);
	});

	it('is told for files that look as if they were meant', () => {
		const { faults } = compiled({
			'model/a.sql': '',
			'b.sql': '',
			'README.md': '',
			'seeds/c.csv': '',
			'Tests/d.sql': '',
		});
		expect(faults).toEqual([
			expect.stringContaining('footfall/Tests: only the folders models, tests and macros are read'),
			expect.stringContaining('footfall/b.sql: it is beside the folders'),
			expect.stringContaining('footfall/model: only the folders'),
		]);
	});

	it('is found in a hostile file, in time in proportion to its length', () => {
		const with_ = (text: string) => faultsWith(days, '{{int_shopping}}', `{{int_shopping}} ${text}`);
		for (const hostile of ['(/*', "('", '("', '(`', '(', '{{', 'OVER (', 'LIMIT 1,', "('\\'"])
			expect(with_(hostile.repeat(6_000)).length).toBeGreaterThan(0);
		for (const hostile of ['(SELECT 1 LIMIT 1) AS a, ', 'plans AS p, ', 'count() OVER (ORDER BY 1), ', 'f((', ')) '])
			expect(with_(`, ${hostile.repeat(3_000)} now()`).length).toBeGreaterThan(0);
		const many = Array.from({ length: 5_000 }, (_, i) => `t${i}`).join();
		expect(with_(`, ${many}`)).toHaveLength(21);
		const [fault = ''] = with_(`JOIN ${'x'.repeat(200_000)} USING (day)`);
		expect(fault).toMatch(/^footfall\/models\/shopping_days\.sql:13: a stored model cannot read `x{1,60}…`/);
	});
});

describe('the line of a fault', () => {
	it('is that of the statement, below comments of any kind', () => {
		const comments = '-- A comment.\n\n/* Another\none. */\n';
		const { faults } = compiled({ [days]: `${comments}${ownModels[days].replace('SELECT', 'SELEC')}` });
		expect(faults).toContainEqual(expect.stringMatching(/shopping_days\.sql:16: the statement must begin with SELECT/));
		const { project } = compiled({ ...ownModels, [days]: `${comments}${ownModels[days]}` });
		expect(project.own.models.find(({ name }) => name === 'shopping_days')?.own?.firstLine).toBe(16);
	});
});
