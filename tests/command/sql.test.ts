import { type SpawnSyncOptionsWithStringEncoding, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fillHistory } from '@footfall/dashboard/testing';
import { build, compileOrThrow } from '@footfall/transforms';
import { connect, martsDatabaseOf } from '@footfall/warehouse';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../packages/footfall/src/command-table.js';
import { parseArguments } from '../../packages/footfall/src/parse-arguments.js';
import { noProgress } from '../../packages/footfall/src/terminal/progress.js';
import { eventually, FootfallProcess } from '../support/footfall-process.js';

const main = fileURLToPath(new URL('../../packages/footfall/dist/main.js', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'footfall-sql-'));
const data = join(scratch, 'data');
const project = compileOrThrow();
const { models } = project;
let test: TestWarehouse;
beforeAll(async () => {
	test = await startTestWarehouse();
	await fillHistory(test.warehouse, { days: 10, visitors: 50 });
	await build(test.warehouse, project);
	// The data directory of a running `footfall up`.
	mkdirSync(data);
	symlinkSync(test.directory, join(data, 'clickhouse'));
});
afterAll(async () => {
	await test.stop();
	rmSync(scratch, { recursive: true, force: true });
});

/** Runs `footfall sql` on the embedded server of the data directory, or on a server of the environment. */
function sql(args: readonly string[], { input, ...environment }: Record<string, string> & { input?: string } = {}) {
	const { CLICKHOUSE_URL: _, ...inherited } = process.env;
	const options: SpawnSyncOptionsWithStringEncoding = {
		env: { ...inherited, ...environment },
		encoding: 'utf8',
		input: input ?? '',
		maxBuffer: 2 ** 26,
	};
	const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'sql', '--data', data, ...args], options);
	return { code: status, stdout, stderr };
}

/** Runs `footfall sql` within this process, with a terminal or without. @returns what it printed */
async function inProcess(args: readonly string[], terminal: boolean): Promise<string> {
	const request = parseArguments(commands, ['sql', '--data', data, ...args], {}, () => ({ kind: 'absent' }));
	if (request.kind !== 'run') throw new Error(JSON.stringify(request));
	let text = '';
	const write = async (bytes: Uint8Array) => {
		text += Buffer.from(bytes).toString();
		return true;
	};
	const context = {
		signal: new AbortController().signal,
		print: () => undefined,
		write,
		terminal,
		progress: noProgress,
	};
	const { command, settings, origins, operands } = request;
	expect(await command.run(settings, context, origins, operands, [])).toBe(0);
	return text;
}

const urlOf = (account: 'reader' | 'writer') => {
	const { user, password } = test.server[account];
	return `http://${user}:${password}@${new URL(test.server.url).host}/footfall`;
};
const dau = 'SELECT day, dau FROM users_activity ORDER BY day LIMIT 2';
/** Number of statements of the reader that run on the server. */
const running = async () => {
	const [row] = await test.warehouse.query<{ n: string }>(
		`SELECT count() AS n FROM system.processes WHERE user = '${test.server.reader.user}'`,
	);
	return Number(row?.n);
};

describe('the page about SQL', () => {
	const page = readFileSync(new URL('../../docs/how-to/connect-with-sql.md', import.meta.url), 'utf8');
	/** The blocks of a language that the page does not except from the tests. */
	const blocks = (language: string) =>
		page
			.split('<!-- not run by the tests -->')
			.flatMap((part, i) => [...part.matchAll(/```(\w+)\n(.*?)```/gs)].slice(i === 0 ? 0 : 1))
			.flatMap(([, name, text = '']) => (name === language ? [text] : []));
	const cwd = join(scratch, 'shop');
	mkdirSync(cwd);
	symlinkSync(data, join(cwd, '.footfall'));
	/** Runs a program in the directory of a shop, where `footfall up` runs. */
	function program(name: string, args: readonly string[], input?: string) {
		const { status, stdout, stderr, error } = spawnSync(name, args, { cwd, encoding: 'utf8', input: input ?? '' });
		return { code: error ? error.message : status, stdout, stderr };
	}
	const shownDays = async () =>
		(await test.warehouse.query<{ day: string; dau: string }>('SELECT day, dau FROM users_activity ORDER BY day')).map(
			({ day, dau }) => [day, dau],
		);
	const cells = (text: string, separator: string | RegExp) =>
		text
			.trimEnd()
			.split('\n')
			.map((line) => line.replaceAll('"', '').split(separator));

	it('has statements that the reader can run', () => {
		const statements = blocks('sql').map((sql) => sql.replace(/\$__dateFilter\((\w+)\)/g, "$1 >= '2020-01-01'"));
		expect(statements).toHaveLength(3);
		for (const statement of statements) expect(sql([statement]), statement).toMatchObject({ code: 0, stderr: '' });
	});

	it('has a shell block for curl, and one for the command itself', async () => {
		const [ofCommand = '', ofCurl = '', ...others] = blocks('sh');
		expect(others).toEqual([]);
		const curl = program('bash', ['-e', '-c', ofCurl]);
		expect({ code: curl.code, stderr: curl.stderr }).toEqual({ code: 0, stderr: '' });
		expect(cells(curl.stdout, ',')).toEqual([['day', 'dau'], ...(await shownDays())]);
		const footfall = `footfall() { "${process.execPath}" "${main}" "$@"; }\n`;
		const command = program('bash', ['-e', '-c', footfall + ofCommand.replace(/npx -y pnpm@10 (--silent )?/g, '')]);
		expect({ code: command.code, stderr: command.stderr }).toEqual({ code: 0, stderr: '' });
		expect(command.stdout).toContain('users_activity');
		expect(cells(readFileSync(join(cwd, 'dau.csv'), 'utf8'), ',')).toEqual([['day', 'dau'], ...(await shownDays())]);
	});

	it.skipIf(spawnSync('python3', ['--version']).status !== 0)('has a program for Python', async () => {
		const [python = '', ...others] = blocks('python');
		expect(others).toEqual([]);
		const { code, stdout, stderr } = program('python3', ['-'], python);
		expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
		expect(cells(stdout, ' ')).toEqual(await shownDays());
	});
});

describe('footfall sql', () => {
	it('takes the statement as an argument, from a file or from the standard input, and prints CSV', async () => {
		const rows = await test.warehouse.query<{ day: string; dau: string }>(dau);
		expect(rows).toHaveLength(2);
		const csv = ['"day","dau"', ...rows.map((row) => `"${row.day}",${row.dau}`), ''].join('\n');
		const file = join(scratch, 'dau.sql');
		writeFileSync(file, `-- daily active users\n${dau};\n`);
		const expected = { code: 0, stdout: csv, stderr: '' };
		expect(sql([dau])).toEqual(expected);
		expect(sql(['--file', file])).toEqual(expected);
		expect(sql([], { input: dau })).toEqual(expected);
	});

	it('prints the rows in each format, and in that of the statement', async () => {
		const number = 'SELECT 1 AS one, NULL AS nothing';
		const printed = (format: string, statement = number) => inProcess(['--format', format, statement], false);
		expect(await printed('tsv')).toBe('one\tnothing\n1\t\\N\n');
		expect(JSON.parse(await printed('json'))).toEqual([{ one: 1, nothing: null }]);
		expect(await printed('ndjson')).toBe('{"one":1,"nothing":null}\n');
		expect(await printed('markdown')).toContain('| one | nothing |');
		expect((await printed('parquet', 'SELECT 1 AS one')).slice(0, 4)).toBe('PAR1');
		expect((await printed('table')).split('\n').slice(0, 3)).toEqual([
			'   ┌─one─┬─nothing─┐',
			'1. │   1 │ ᴺᵁᴸᴸ    │',
			'   └─────┴─────────┘',
		]);
		expect(await printed('csv', `${number} FORMAT TSV`)).toBe('1\t\\N\n');
	});

	it('reads a server of the settings with the account for readers, and writes with none', () => {
		const whoAmI = 'SELECT currentUser() AS me FORMAT TSV';
		expect(sql([whoAmI], { CLICKHOUSE_READER_URL: urlOf('reader'), CLICKHOUSE_URL: urlOf('writer') }).stdout).toBe(
			'reader\n',
		);
		expect(sql([whoAmI], { CLICKHOUSE_URL: urlOf('writer') }).stdout).toBe('footfall\n');
		const limits =
			"SELECT value FROM system.settings WHERE name IN ('max_execution_time', 'max_memory_usage') FORMAT TSV";
		expect(sql([limits], { CLICKHOUSE_URL: urlOf('writer') }).stdout).toBe('30\n1073741824\n');
		const insert = "INSERT INTO events (site) VALUES ('sesame')";
		for (const [environment, words] of [
			[{}, 'needs the grant INSERT(site) ON footfall_marts.events'],
			[{ CLICKHOUSE_URL: urlOf('writer') }, 'footfall sql only reads'],
		] as const)
			expect(sql([insert], environment)).toEqual({ code: 1, stdout: '', stderr: expect.stringContaining(words) });
	});

	it('says in one line what is wrong and where, without a URL or a password', () => {
		const faults = [
			['SELECT day\nFORM sessions', /syntax error at line 2, column \d+, near "sessions"/],
			['SELECT a_column FROM sessions', /no column "a_column" \(at line 1, column 8\)/],
			['SELECT 1 FROM a_table', /no table "a_table" \(at line 1, column 15\)/],
			["SELECT * FROM url('https://user:sesame@host/x')", /needs the grant READ ON URL/],
			["SELECT throwIf(true, 'https://user:sesame@host')", /refuses the statement \(\*\*\*/],
		] as const;
		for (const [statement, words] of faults) {
			const { code, stdout, stderr } = sql([statement]);
			expect({ code, stdout }, statement).toEqual({ code: 1, stdout: '' });
			expect(stderr).toMatch(words);
			expect(stderr.trimEnd().split('\n')).toHaveLength(1);
			expect(stderr).not.toMatch(/sesame|Code: |DB::Exception/);
		}
	});

	it('prints the rows before an error that comes late, and then fails', () => {
		const late = 'SELECT number, throwIf(number = 200000) AS late FROM numbers(300000) SETTINGS max_threads = 1';
		const { code, stdout, stderr } = sql([late]);
		expect(code).toBe(1);
		expect(stdout.split('\n').slice(0, 3)).toEqual(['"number","late"', '0,0', '1,0']);
		expect(stdout).not.toContain('exception');
		expect(stderr).toMatch(/^footfall: ClickHouse refuses the statement \(Value passed to 'throwIf'.*\n$/);
	});

	it('exits with 2 without a statement, with two, and with a format of another command', () => {
		expect(sql([])).toMatchObject({ code: 2, stderr: expect.stringContaining('there is no statement') });
		expect(sql(['SELECT', '1'])).toMatchObject({ code: 2, stderr: expect.stringContaining('quotation marks') });
		expect(sql(['--format', 'html', 'SELECT 1'])).toMatchObject({ code: 2 });
		expect(sql(['SELECT 1 AS one FORMAT TSV'], { FOOTFALL_FORMAT: 'html' })).toMatchObject({ code: 0, stdout: '1\n' });
	});

	it('shows readers what every table and column of the marts and of events means', () => {
		const names = ['events', 'events_quarantine', 'marts_left_out', ...models.map(({ name }) => name)];
		const shown = sql(
			[
				`SELECT table, name, comment FROM system.columns
				WHERE database = 'footfall' AND table IN (${names.map((name) => `'${name}'`).join(', ')})
				UNION ALL SELECT name, '', comment FROM system.tables
				WHERE database = 'footfall' AND name IN (${names.map((name) => `'${name}'`).join(', ')})`,
				'--format',
				'json',
			],
			{ CLICKHOUSE_READER_URL: urlOf('reader') },
		);
		const comments = JSON.parse(shown.stdout) as { table: string; name: string; comment: string }[];
		expect(comments.filter(({ comment }) => comment === '')).toEqual([]);
		expect(new Set(comments.map(({ table }) => table))).toEqual(new Set(names));
		const commentOf = (table: string, name: string) =>
			comments.find((one) => one.table === table && one.name === name)?.comment;
		for (const { name, description, columns, aliases } of models) {
			expect(commentOf(name, '')).toMatch(/ \(definition [0-9a-f]{16}\)$/);
			expect(commentOf(name, '')?.startsWith(description)).toBe(true);
			for (const column of columns) expect(commentOf(name, column.name)).toBe(column.description);
			for (const alias of aliases) expect(commentOf(name, alias.name)).toBe(`Former name of ${alias.column}.`);
		}
	});

	describe('reads the marts database', () => {
		const marts = models.filter(({ layer }) => layer === 'marts').map(({ name }) => name);
		const martsDatabase = martsDatabaseOf('footfall');
		const shown = [...marts, 'events'].sort((a, b) => (a < b ? -1 : 1));
		const lines = ({ stdout }: { stdout: string }) => stdout.trimEnd().split('\n');

		it('in which SHOW TABLES lists the marts and events, on the embedded server and on one of the settings', () => {
			for (const environment of [{}, { CLICKHOUSE_READER_URL: urlOf('reader') }, { CLICKHOUSE_URL: urlOf('writer') }])
				expect(lines(sql(['SHOW TABLES FORMAT TSV'], environment))).toEqual(shown);
		});

		it('in which each has the comments and the rows of the table of the same name', async () => {
			const reader = connect({ url: test.server.url, ...test.server.reader });
			const comments = await reader.query<{ comment: string }>(
				'SELECT comment FROM system.tables WHERE database = {martsDatabase:String}',
				{ params: { martsDatabase } },
			);
			expect(comments.filter(({ comment }) => comment === '')).toEqual([]);
			const columnsOf = (database: string, table: string) =>
				reader.query<{ name: string; type: string; comment: string }>(
					'SELECT name, type, comment FROM system.columns WHERE database = {database:String} AND table = {table:String} ORDER BY position',
					{ params: { database, table } },
				);
			for (const name of shown) {
				const columns = await columnsOf(martsDatabase, name);
				expect(columns.filter(({ comment }) => comment === '')).toEqual([]);
				// The number of products of earlier versions, from which the text derives, is of no use to people.
				const table = (await columnsOf('footfall', name)).filter((column) => column.name !== 'earlier_product_id');
				expect(columns, name).toEqual(table);
				const list = columns.map((column) => column.name).join(', ');
				const end = name === 'events' ? 'FINAL' : '';
				const rowsOf = (database: string) =>
					reader.query(
						`SELECT count() AS rows, sum(cityHash64(*)) AS hash FROM (SELECT ${list} FROM ${database}.${name} ${end})`,
					);
				expect(await rowsOf(martsDatabase), name).toEqual(await rowsOf('footfall'));
			}
			await reader.close();
		});

		it('in which each event counts once, with FINAL and without, and has its derived columns', async () => {
			const counts = 'count(), uniqExact(event_id), countIf(host != domain(url)), countIf(path != path(url))';
			const received = sql(['SELECT count() FROM footfall.events FORMAT TSV']).stdout;
			await test.warehouse.command(
				'INSERT INTO events SELECT * REPLACE (received_at + 1 AS received_at) FROM events LIMIT 5 SETTINGS async_insert = 0',
			);
			const once = `${received.trim()}\t${received.trim()}\t0\t0\n`;
			for (const end of ['', ' FINAL'])
				expect(sql([`SELECT ${counts} FROM events${end} FORMAT TSV`]).stdout, end).toBe(once);
			expect(Number(sql(['SELECT count() FROM footfall.events FORMAT TSV']).stdout)).toBe(Number(received) + 5);
		});

		it('and what only the other database has where a statement names it, as before there were two', () => {
			for (const statement of [
				'SELECT kind FROM transform_runs FORMAT TSV',
				'SELECT count() FROM events_quarantine',
				'SELECT count(_block_number) FROM events',
			])
				expect(sql([statement]), statement).toMatchObject({ code: 0, stderr: '' });
			expect(sql(['SELECT hash_key_0 FROM transform_secret']).stderr).toContain(
				'needs the grant SELECT ON footfall.transform_secret',
			);
		});

		it('with an account that may not change anything in either', () => {
			for (const statement of [
				'DROP VIEW sessions',
				'CREATE OR REPLACE VIEW sessions AS SELECT 1',
				'CREATE TABLE footfall_marts.x (a Int8) ENGINE = Memory',
				'INSERT INTO footfall.transform_runs (run) VALUES (1)',
			])
				expect(sql([statement]), statement).toMatchObject({
					code: 1,
					stderr: expect.stringContaining('needs the grant'),
				});
		});
	});

	it('holds no large result in memory, and ends quietly when its reader goes', async () => {
		const rows = "SELECT repeat('x', 1000) FROM numbers(100000000)";
		const run = new FootfallProcess(['sql', '--data', data, '--format', 'tsv', rows]);
		run.process.stdout?.removeAllListeners('data');
		let bytes = 0;
		for await (const chunk of run.process.stdout ?? []) {
			bytes += chunk.length;
			if (bytes > 400_000_000) break;
		}
		const status = readFileSync(`/proc/${run.process.pid}/status`, 'utf8');
		expect(await run.exit()).toBe(0);
		expect(run.stderr).toBe('');
		expect(Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1])).toBeLessThan(300_000);
		await eventually(async () => ((await running()) === 0 ? true : undefined));
	});

	it.each([
		['before the first row', 'SELECT sum(cityHash64(number)) FROM numbers(1e12)'],
		['between rows', 'SELECT number FROM numbers(1e12)'],
	])('ends the statement on the server at Ctrl-C %s', async (_, statement) => {
		const run = new FootfallProcess(['sql', '--data', data, statement]);
		await eventually(async () => ((await running()) === 1 ? true : undefined));
		expect(await run.interrupt()).toBe(130);
		expect(run.stderr).toBe('');
		await eventually(async () => ((await running()) === 0 ? true : undefined));
	});

	it('prints a table on a terminal, where it shows characters that the terminal would obey', async () => {
		const title = "SELECT '\\x1b[2J' AS title";
		expect(await inProcess([title], true)).toContain('│ ␛[2J');
		expect(await inProcess([title], false)).toBe('"title"\n"\u001b[2J"\n');
	});
});
