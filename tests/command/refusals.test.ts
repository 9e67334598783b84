import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runHere } from '../support/command-line.js';
import { eventually, FootfallProcess, up } from '../support/footfall-process.js';
import { PageClient } from '../support/page-client.js';

/** Tests that run, and values that are tried, only in the project `long`. */
const isThorough = process.env.FOOTFALL_THOROUGH === '1';

const scratch = mkdtempSync(join(tmpdir(), 'footfall-refusals-'));
const busy = createServer();
let busyPort: string;
let server: TestWarehouse;

beforeAll(async () => {
	busy.listen(0, '127.0.0.1');
	await once(busy, 'listening');
	busyPort = String((busy.address() as { port: number }).port);
	server = await startTestWarehouse();
});
afterAll(async () => {
	busy.close();
	await server.stop();
	rmSync(scratch, { recursive: true, force: true });
});

interface Refusal {
	line: string;
	code: unknown;
}

/** The one line of a refusal. Most commands refuse before they print anything. */
function refusalIn(
	{ code, stdout, stderr }: { code: unknown; stdout: string; stderr: string },
	printed = /^$/,
): Refusal {
	expect(stdout).toMatch(printed);
	const lines = stderr.trimEnd().split('\n');
	expect(lines, stderr).toHaveLength(1);
	expect(lines[0]).not.toMatch(/\bat .*:\d+:\d+/);
	return { line: lines[0] as string, code };
}

/** Runs a command that must refuse, and returns its one line. */
async function refusal(
	args: readonly string[],
	environment: Record<string, string> = {},
	{ printed, cwd }: { printed?: RegExp; cwd?: string } = {},
): Promise<Refusal> {
	const run = new FootfallProcess(args, environment, cwd);
	const code = await run.exit();
	return refusalIn({ code, stdout: run.stdout, stderr: run.stderr }, printed);
}

/** Runs a command within this process, which must refuse its settings before it starts anything. */
const usageFault = async (args: readonly string[], environment: Record<string, string> = {}, cwd = scratch) =>
	refusalIn(await runHere(args, environment, cwd));

const fresh = () => mkdtempSync(join(scratch, 'data-'));
/** Makes a directory with this `footfall.json`, and returns its path. */
function withFile(text: string): string {
	const directory = fresh();
	writeFileSync(join(directory, 'footfall.json'), text);
	return directory;
}
const ports = ['--port', '0', '--admin-port', '0', '--dashboard-port', '0'];

describe('footfall refuses in one line', () => {
	it.each(['--port', '--admin-port', '--dashboard-port', '--clickhouse-port'])(
		'when the port of %s is taken',
		async (flag) => {
			const others = ports.includes(flag)
				? ports.filter((_, i) => i !== ports.indexOf(flag) && i !== ports.indexOf(flag) + 1)
				: ports;
			const data = fresh();
			const { line, code } = await refusal(['up', '--data', data, ...others, flag, busyPort]);
			expect(line).toMatch(new RegExp(`^footfall: .*port ${busyPort}.*taken.*${flag}`, 'i'));
			expect(code).toBe(1);
			expect(readdirSync(data), 'it has started nothing').toEqual([]);
		},
	);

	it('when the shop port of the demo is taken', async () => {
		const data = fresh();
		const { line, code } = await refusal(['demo', '--data', data, ...ports, '--shop-port', busyPort]);
		expect(line).toMatch(new RegExp(`port ${busyPort}.*--shop-port`, 'i'));
		expect(code).toBe(1);
		expect(readdirSync(data), 'it has started nothing').toEqual([]);
	});

	it('when another process owns the data directory', async () => {
		const data = fresh();
		const owner = up(data);
		await owner.collectorUrl();
		const { line, code } = await refusal(['up', '--data', data, ...ports]);
		expect(line).toContain(
			`in use by another Footfall, process ${owner.process.pid}; stop it first, or give another directory with --data`,
		);
		expect(code).toBe(1);
		await owner.interrupt();
	});

	it('when the data directory cannot be written', async () => {
		const file = join(scratch, 'a-file');
		writeFileSync(file, '');
		const { line, code } = await refusal(['up', '--data', join(file, 'data'), ...ports]);
		expect(line).toMatch(/^footfall: cannot write .*; give a writable directory with --data$/);
		expect(code).toBe(1);
	});

	it('when the country database is not there', async () => {
		const { line, code } = await refusal(['up', '--data', fresh(), ...ports, '--country-database', 'absent.mmdb']);
		expect(line).toMatch(
			/^footfall: Cannot read the country database absent\.mmdb \(ENOENT.*--country-database, or omit it\.$/,
		);
		expect(code).toBe(1);
	});

	it('when hosts of the network could reach the dashboard without a token', async () => {
		const { line, code } = await refusal(['up', '--data', fresh(), ...ports, '--dashboard-host', '0.0.0.0']);
		expect(line).toMatch(/dashboard would listen on 0\.0\.0\.0.*set a token with FOOTFALL_DASHBOARD_TOKEN/);
		expect(code).toBe(1);
	});

	it.each([
		['nonsense', 'is not a URL'],
		['tcp://127.0.0.1:9000', "speaks ClickHouse's HTTP interface"],
		['http://127.0.0.1:1', 'no ClickHouse answers at CLICKHOUSE_URL'],
		['http://footfall.invalid:8123', 'no ClickHouse answers at CLICKHOUSE_URL'],
		['http://user:sesame@127.0.0.1:8123/no-name', 'names consist of letters, digits and underscores'],
	])('when CLICKHOUSE_URL is %s', async (url, message) => {
		const { line, code } = await refusal(['up', '--data', fresh(), ...ports], { CLICKHOUSE_URL: url });
		expect(line).toContain(message);
		expect(line).not.toContain('sesame');
		expect(code).toBe(1);
	});

	it('when ClickHouse rejects the password, which the line does not contain', async () => {
		const { host } = new URL(server.server.url);
		const url = `http://footfall:sesame@${host}`;
		const { line, code } = await refusal(['up', '--data', fresh(), ...ports], { CLICKHOUSE_URL: url });
		expect(line).toMatch(/CLICKHOUSE_URL/);
		expect(line).not.toContain('sesame');
		expect(code).toBe(1);
	});

	it('when the ClickHouse user may read but not create tables', async () => {
		const { user, password } = server.server.reader;
		const url = `http://${user}:${password}@${new URL(server.server.url).host}`;
		const { line, code } = await refusal(['up', '--data', fresh(), ...ports], { CLICKHOUSE_URL: url });
		expect(line).toMatch(
			/ClickHouse refused the migrations \(.*grant CREATE TABLE.*\); grant the user ALL on the database "footfall"/,
		);
		expect(line).not.toContain(password);
		expect(code).toBe(1);
	});

	it.runIf(isThorough)('when the Chromium of the demo does not start', async () => {
		const { line, code } = await refusal(
			['demo', '--data', fresh(), ...ports, '--shop-port', '0', '--history', 'none', '--chromium', '/bin/false'],
			{},
			{ printed: /^Collector/ },
		);
		expect(line).toMatch(/\/bin\/false does not start \(.*\): name another Chromium with --chromium/);
		expect(code).toBe(1);
	});

	it.each([
		[['up', '--prot', '1'], 'unknown option --prot (did you mean --port?); footfall up --help lists the options'],
		[['up', 'now'], 'unexpected argument "now"; footfall up --help lists the options'],
		[['up', '--port'], '--port requires a value; footfall up --help describes it'],
		[['up', '--port', '70000'], '--port: must be a whole number from 0 to 65535 (got "70000")'],
		[['up', '--log-level', 'loud'], '--log-level: must be debug, info, warn, error or silent (got "loud")'],
		[
			['up', '--sites', 'a shop'],
			'--sites: a site key consists of 1 to 64 letters, digits, dots, dashes or underscores',
		],
		[
			['up', '--sites', 'shop=shop.example'],
			'--sites: an origin consists of a scheme, a host and an optional port, like https://shop.example',
		],
		[['demo', '--seconds', 'ten'], '--seconds: must be a whole number from 0 to 86400 (got "ten")'],
		[['fly'], 'unknown command "fly"; footfall help lists the commands'],
	])('when the command line is %j', async (args, message) => {
		const { line, code } = await usageFault(args);
		expect(line).toContain(`footfall: ${message}`);
		expect(code).toBe(2);
	});

	it('when --site of the demo is not one of --sites', async () => {
		const { line, code } = await refusal(['demo', '--site', 'nobody']);
		expect(line).toMatch(/^footfall: site key "nobody" is not configured \(known: shop\); .*--site.*--sites$/);
		expect(code).toBe(1);
	});

	it.each([
		['win32', 'does not run on win32/x64'],
		['freebsd', 'does not run on freebsd/x64'],
	])('when the platform is %s, and names the alternatives', async (platform, message) => {
		const pretend = `data:text/javascript,Object.defineProperty(process,'platform',{value:'${platform}'});Object.defineProperty(process,'arch',{value:'x64'})`;
		const { line, code } = await refusal(['up'], { NODE_OPTIONS: `--import ${pretend}` });
		expect(line).toContain(message);
		for (const wayOut of ['WSL2', 'Docker', 'CLICKHOUSE_URL']) expect(line).toContain(wayOut);
		expect(code).toBe(1);
	});

	it('but not because of the platform if no embedded ClickHouse starts', async () => {
		const pretend = {
			NODE_OPTIONS: `--import data:text/javascript,Object.defineProperty(process,'platform',{value:'win32'})`,
		};
		expect(await new FootfallProcess(['settings'], pretend, fresh()).exit()).toBe(0);
		// The process then loads its native modules, which are those of the real platform.
		const run = new FootfallProcess(['migrate'], pretend, withFile('{"clickhouse-url": "http://127.0.0.1:1"}'));
		expect(await run.exit()).toBe(1);
		expect(run.stderr).not.toContain('the embedded ClickHouse does not run');
	});

	it.each([
		['{"port": 7070,}', /^footfall: footfall\.json:1:15: unexpected "}"; JSON has no comma before/],
		['{"prot": 7070}', /^footfall: footfall\.json: "prot" is not a setting; did you mean "port"\?$/],
		['{"port": "x"}', /^footfall: footfall\.json: port: must be a whole number from 0 to 65535 \(got "x"\)$/],
		['{"sites": {"shop": []}}', /^footfall: footfall\.json: sites: must be a list of origins .* \(in "shop"\)$/],
	])('when footfall.json is %s', async (text, message) => {
		const { line, code } = await usageFault(['up'], {}, withFile(text));
		expect(line).toMatch(message);
		expect(code).toBe(2);
	});

	it('when the file of --config is missing or is a directory', async () => {
		const absent = await usageFault(['up', '--config', 'a.json'], {}, fresh());
		expect(absent).toEqual({ line: 'footfall: --config: the file "a.json" does not exist', code: 2 });
		const directory = await usageFault(['up'], { FOOTFALL_CONFIG: scratch });
		expect(directory).toEqual({
			line: `footfall: ${scratch}: cannot be read (EISDIR: illegal operation on a directory)`,
			code: 2,
		});
	});

	it('but reports every fault of every source at once', async () => {
		const cwd = withFile('{"port": -1, "shopers": 3}');
		const variables = { FOOTFALL_PORT: 'x', FOOTFALL_TRANSFORM_SECONDS: '0' };
		const run = new FootfallProcess(['up', '--log-level', 'loud'], variables, cwd);
		expect(await run.exit()).toBe(2);
		expect(run.stderr).toBe(
			'footfall: footfall.json: "shopers" is not a setting; did you mean "shoppers"?\n' +
				'footfall: FOOTFALL_PORT: must be a whole number from 0 to 65535 (got "x")\n' +
				'footfall: footfall.json: port: must be a whole number from 0 to 65535 (got "-1")\n' +
				'footfall: FOOTFALL_TRANSFORM_SECONDS: must be a whole number from 1 to 86400 (got "0")\n' +
				'footfall: --log-level: must be debug, info, warn, error or silent (got "loud")\n',
		);
	});
});

describe('the same code against CLICKHOUSE_URL', () => {
	it('starts no ClickHouse, and stores events and builds marts on that server', async () => {
		const { host } = new URL(server.server.url);
		const { user, password } = server.server.writer;
		const data = fresh();
		const run = up(data, [], { CLICKHOUSE_URL: `http://${user}:${password}@${host}/footfall` });
		const client = await PageClient.connect(await run.collectorUrl(), 5, 6);
		client.send(0, 3);
		await eventually(async () => {
			const [row] = await server.warehouse
				.query<{ n: string }>('SELECT sum(events) AS n FROM sessions')
				.catch(() => []);
			return row?.n === '3' ? true : undefined;
		});
		client.close();
		expect(run.stdout).toContain('given by CLICKHOUSE_URL');
		expect(run.stdout).not.toContain(password);
		expect(await run.interrupt()).toBe(0);
		expect(readdirSync(data)).toEqual(['log', 'visitor-secret']);
	});
});
