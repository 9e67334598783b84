import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
	chmodSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	readlinkSync,
	rmSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { StartRefusal } from '@footfall/host';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connect, readServerAddress, startEmbeddedServer } from '../index.js';
import { loadAccounts } from './accounts.js';
import { findEngineLibrary } from './engine-library.js';
import { PortTaken, startEngine } from './engine-process.js';
import { writeStartFiles } from './start-files.js';

let directory: string;
beforeEach(() => {
	directory = mkdtempSync(join(tmpdir(), 'footfall-server-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Whether a process runs. A zombie, which has ended but was not reaped by its parent, does not run. */
const isRunning = (pid: number) => {
	try {
		process.kill(pid, 0);
		return !existsSync('/proc/self') || !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
	} catch {
		return false;
	}
};

/** Starts a server in another process. @returns both processes */
async function startElsewhere() {
	const built = new URL('../../dist/index.js', import.meta.url).href;
	const script = `const { startEmbeddedServer } = await import(${JSON.stringify(built)});
		const server = await startEmbeddedServer({ directory: ${JSON.stringify(directory)} }); console.log(server.pid);`;
	const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const [output] = await once(parent.stdout, 'data');
	const pid = Number(String(output));
	return { parent, pid };
}

/** Starts a process that begins to start a server. @returns the process, and the child that is to be the server */
async function beginElsewhere() {
	const built = new URL('../../dist/index.js', import.meta.url).href;
	const script = `const { startEmbeddedServer } = await import(${JSON.stringify(built)});
		await startEmbeddedServer({ directory: ${JSON.stringify(directory)} });`;
	const parent = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' });
	const isChild = (pid: string) => {
		try {
			const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
			return command.includes('child.js') && command.includes(directory);
		} catch {
			return false;
		}
	};
	for (;;) {
		const child = readdirSync('/proc').find((name) => /^\d+$/.test(name) && isChild(name));
		if (child !== undefined) return { parent, child: Number(child) };
		await wait(1);
	}
}

const locks = () => readdirSync(directory).filter((name) => name.endsWith('.lock') || name === 'server.json');

describe('startEmbeddedServer', () => {
	it('starts a ClickHouse that answers, and leaves no process and no lock when stopped', async () => {
		const server = await startEmbeddedServer({ directory });
		const warehouse = connect({ url: server.url, ...server.writer });
		await warehouse.createDatabase();
		expect(await warehouse.query('SELECT 18446744073709551615 AS big, 1.5::Decimal(18, 4) AS price')).toEqual([
			{ big: '18446744073709551615', price: '1.5' },
		]);
		expect(readServerAddress(directory)).toMatchObject({ url: server.url, pid: server.pid, reader: server.reader });
		for (const file of ['accounts.json', 'server.json']) {
			expect([file, statSync(join(directory, file)).mode & 0o777]).toEqual([file, 0o600]);
		}
		await warehouse.close();
		await server.stop();
		await server.stop();
		expect(isRunning(server.pid)).toBe(false);
		expect(locks()).toEqual([]);
		expect(readServerAddress(directory)).toBeUndefined();
	});

	it('reports a crash, and keeps every acknowledged row', async () => {
		const crashed: string[] = [];
		const server = await startEmbeddedServer({ directory, onExit: (why) => crashed.push(why) });
		const warehouse = connect({ url: server.url, ...server.writer });
		await warehouse.createDatabase();
		await warehouse.command('CREATE TABLE t (x UInt64) ENGINE = MergeTree ORDER BY x');
		for (let i = 0; i < 20; i++) await warehouse.command(`INSERT INTO t SETTINGS async_insert = 0 VALUES (${i})`);
		await warehouse.close();
		process.kill(server.pid, 'SIGKILL');
		while (crashed.length === 0) await wait(20);
		expect(crashed).toEqual([expect.stringContaining('SIGKILL')]);
		const again = await startEmbeddedServer({ directory, httpPort: Number(new URL(server.url).port) });
		expect(again.url).toBe(server.url);
		const after = connect({ url: again.url, ...again.writer });
		expect(await after.query('SELECT count() AS n, sum(x) AS s FROM t')).toEqual([{ n: '20', s: '190' }]);
		await after.close();
		await again.stop();
	});

	it('ends in order when a service manager sends SIGTERM to the server as well, and goes on at SIGHUP', async () => {
		const ended: string[] = [];
		const server = await startEmbeddedServer({ directory, onExit: (why) => ended.push(why) });
		process.kill(server.pid, 'SIGHUP');
		const warehouse = connect({ url: server.url, ...server.writer });
		await warehouse.createDatabase();
		expect(await warehouse.query('SELECT sleep(0.2) AS slept')).toEqual([{ slept: 0 }]);
		await warehouse.close();
		expect(ended).toEqual([]);
		process.kill(server.pid, 'SIGTERM');
		while (ended.length === 0) await wait(20);
		expect(isRunning(server.pid)).toBe(false);
		expect(locks()).toEqual([]);
		await server.stop();
	});

	it.runIf(existsSync('/proc/self'))('shows no password in the list of processes', async () => {
		const server = await startEmbeddedServer({ directory });
		const shown = readFileSync(`/proc/${server.pid}/cmdline`, 'utf8');
		expect(shown).toContain(directory);
		for (const { user, password } of [server.writer, server.reader]) {
			expect(shown).not.toContain(password);
			expect(shown).not.toContain(Buffer.from(`${user}:${password}`).toString('base64'));
		}
		await server.stop();
	});

	it.runIf(existsSync('/proc/self'))(
		'runs an engine without the environment of its parent and without a working directory',
		async () => {
			vi.stubEnv('FOOTFALL_TEST_SECRET', 'not for the engine');
			const server = await startEmbeddedServer({ directory });
			vi.unstubAllEnvs();
			expect(readFileSync(`/proc/${server.pid}/environ`, 'utf8')).not.toContain('not for the engine');
			expect(readlinkSync(`/proc/${server.pid}/cwd`)).toMatch(/ \(deleted\)$/);
			expect(readdirSync(directory).sort()).toEqual([
				'accounts.json',
				'data',
				'engine.lock',
				'owner.lock',
				'server.json',
			]);
			await server.stop();
		},
	);

	it('starts on the files that a killed start left behind', async () => {
		writeFileSync(join(directory, 'statements.pipe'), 'left');
		mkdirSync(join(directory, 'working-directory'));
		writeFileSync(join(directory, 'working-directory', 'left'), '');
		const server = await startEmbeddedServer({ directory });
		await server.stop();
		expect(readdirSync(directory).sort()).toEqual(['accounts.json', 'data']);
	});

	it('removes configurations and drafts of starts that were killed, and nothing else', async () => {
		const left = ['config.xml', 'users.xml', 'config.xml.999999.draft', 'users.xml.1.draft', 'accounts.json.1.draft'];
		const foreign = ['accounts.json.draft', 'my-config.xml', 'notes.1.draft'];
		for (const name of [...left, `server.json.${process.pid}.draft`, ...foreign])
			writeFileSync(join(directory, name), 'left');
		const server = await startEmbeddedServer({ directory });
		await server.stop();
		expect(new Set(readdirSync(directory))).toEqual(new Set(['accounts.json', 'data', ...foreign]));
	});

	it('removes configurations of an earlier start when it cannot start itself', async () => {
		mkdirSync(join(directory, 'accounts.json'));
		for (const name of ['config.xml', 'users.xml']) writeFileSync(join(directory, name), 'left');
		await expect(startEmbeddedServer({ directory })).rejects.toThrow();
		expect(readdirSync(directory).filter((name) => name.endsWith('.xml'))).toEqual([]);
	});

	it('keeps its accounts, and restores the mode 0600 of their file', async () => {
		const accounts = loadAccounts(directory);
		const file = join(directory, 'accounts.json');
		chmodSync(file, 0o644);
		const server = await startEmbeddedServer({ directory });
		expect(statSync(file).mode & 0o777).toBe(0o600);
		expect([server.writer, server.reader]).toEqual([accounts.writer, accounts.reader]);
		await server.stop();
	});

	it('starts on an address file and accounts that a kill left damaged', async () => {
		writeFileSync(join(directory, 'server.json'), JSON.stringify({ url: 'http://127.0.0.1:1', pid: process.pid }));
		writeFileSync(join(directory, 'accounts.json'), '{"writer":');
		writeFileSync(join(directory, 'engine.lock'), String(process.pid));
		expect(readServerAddress(directory)).toBeUndefined();
		const server = await startEmbeddedServer({ directory });
		expect(readServerAddress(directory)?.url).toBe(server.url);
		await server.stop();
	});

	it('ends the server when its parent was killed', async () => {
		const { parent, pid } = await startElsewhere();
		expect(isRunning(pid)).toBe(true);
		parent.kill('SIGKILL');
		await once(parent, 'exit');
		// The next start waits for the end of the server by itself.
		const next = await startEmbeddedServer({ directory });
		while (isRunning(pid)) await wait(20);
		await next.stop();
	});

	describe.runIf(existsSync('/proc/self'))('after its parent was killed during the start', () => {
		// From before its modules are loaded to when the engine is starting.
		it.each([0, 10, 20, 40, 80, 160, 320])(
			'is gone %i ms after its process began, and so are its files',
			async (ms) => {
				const { parent, child } = await beginElsewhere();
				await wait(ms);
				parent.kill('SIGKILL');
				await once(parent, 'exit');
				try {
					// An orphan would own the data, so that no other server could start.
					const next = await startEmbeddedServer({ directory });
					while (isRunning(child)) await wait(20);
					await next.stop();
				} finally {
					if (isRunning(child)) process.kill(child, 'SIGKILL');
				}
				expect(readdirSync(directory).sort()).toEqual(['accounts.json', 'data']);
			},
		);

		it('leaves no password when its parent was killed while the engine started', async () => {
			const { parent, child } = await beginElsewhere();
			while (!existsSync(join(directory, 'data')) && isRunning(child)) await wait(1);
			parent.kill('SIGKILL');
			while (isRunning(child)) await wait(20);
			expect(readdirSync(directory)).not.toEqual(expect.arrayContaining([expect.stringMatching(/\.xml/)]));
		});
	});

	it('ends the server when its parent was killed and its directory was removed', async () => {
		const { parent, pid } = await startElsewhere();
		rmSync(directory, { recursive: true, force: true });
		parent.kill('SIGKILL');
		while (isRunning(pid)) await wait(20);
		expect(existsSync(directory)).toBe(false);
	});

	it('refuses a directory that another server owns, and a port that is taken', async () => {
		const server = await startEmbeddedServer({ directory });
		await expect(startEmbeddedServer({ directory })).rejects.toThrow(
			/\(ClickHouse data\) is in use by another Footfall/,
		);
		const other = join(directory, 'other');
		const httpPort = Number(new URL(server.url).port);
		await expect(startEmbeddedServer({ directory: other, httpPort })).rejects.toThrow(
			`port ${httpPort} of 127.0.0.1: the port is taken`,
		);
		expect(existsSync(join(other, 'owner.lock'))).toBe(false);
		await server.stop();
	});

	it('detects that another program took the port after it was found free', async () => {
		const stranger = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
		await once(stranger, 'listening');
		const { port } = stranger.address() as AddressInfo;
		const accounts = loadAccounts(directory);
		const startFiles = writeStartFiles(directory, accounts);
		const library = findEngineLibrary();
		await expect(startEngine({ directory, httpPort: port, ...startFiles, library }, undefined)).rejects.toThrow(
			PortTaken,
		);
		// Another attempt needs the same files.
		expect(readdirSync(directory)).toEqual(expect.arrayContaining(['config.xml', 'users.xml']));
		stranger.close();
	});

	it('says in one line why the engine did not start', async () => {
		writeFileSync(join(directory, 'data'), 'not a directory');
		const error = await startEmbeddedServer({ directory }).catch((e) => e);
		expect(error).toBeInstanceOf(StartRefusal);
		expect(error.message).toMatch(
			/^the embedded ClickHouse did not start: .*; correct the cause, or set CLICKHOUSE_URL/,
		);
		expect(error.message).not.toContain('\n');
		expect(locks()).toEqual([]);
	});

	it.each([0, 30, 100, 200, 350])('can be aborted %i ms after its start', async (ms) => {
		const controller = new AbortController();
		const starting = startEmbeddedServer({ directory, signal: controller.signal });
		const result = starting.then(
			(server) => server.stop().then(() => 'started'),
			(error) => error.name,
		);
		await wait(ms);
		controller.abort();
		expect(['started', 'AbortError']).toContain(await result);
		expect(locks()).toEqual([]);
	});
});
