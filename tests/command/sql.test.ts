import { type SpawnSyncOptionsWithStringEncoding, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fillHistory } from '@footfall/dashboard/testing';
import { build, compileOrThrow } from '@footfall/transforms';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../packages/footfall/src/command-table.js';
import { parseArguments } from '../../packages/footfall/src/parse-arguments.js';
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

	it('prints the rows in each format, and in that of the statement', () => {
		const number = 'SELECT 1 AS one, NULL AS nothing';
		const printed = (format: string) => sql(['--format', format, number]).stdout;
		expect(printed('tsv')).toBe('one\tnothing\n1\t\\N\n');
		expect(JSON.parse(printed('json'))).toEqual([{ one: 1, nothing: null }]);
		expect(printed('ndjson')).toBe('{"one":1,"nothing":null}\n');
		expect(printed('markdown')).toContain('| one | nothing |');
		expect(sql(['--format', 'parquet', 'SELECT 1 AS one']).stdout.slice(0, 4)).toBe('PAR1');
		expect(printed('table').split('\n').slice(0, 3)).toEqual([
			'   ┌─one─┬─nothing─┐',
			'1. │   1 │ ᴺᵁᴸᴸ    │',
			'   └─────┴─────────┘',
		]);
		expect(sql(['--format', 'csv', `${number} FORMAT TSV`]).stdout).toBe('1\t\\N\n');
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
			[{}, 'needs the grant INSERT(site) ON footfall.events'],
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
				WHERE database = currentDatabase() AND table IN (${names.map((name) => `'${name}'`).join(', ')})
				UNION ALL SELECT name, '', comment FROM system.tables
				WHERE database = currentDatabase() AND name IN (${names.map((name) => `'${name}'`).join(', ')})`,
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
		const words = ['sql', '--data', data, "SELECT '\\x1b[2J' AS title"];
		const request = parseArguments(commands, words, {}, () => ({ kind: 'absent' }));
		if (request.kind !== 'run') throw new Error(JSON.stringify(request));
		let text = '';
		const write = async (bytes: Uint8Array) => {
			text += Buffer.from(bytes).toString();
			return true;
		};
		const context = { signal: new AbortController().signal, print: () => undefined, write, terminal: true };
		const { command, settings, origins, operands } = request;
		expect(await command.run(settings, context, origins, operands)).toBe(0);
		expect(text).toContain('│ ␛[2J');
	});
});
