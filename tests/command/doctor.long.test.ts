import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { glibcVersion } from '@footfall/warehouse/platform';
import { startTestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { nodeOf } from '../../scripts/nodes.js';
import { doctor, faultsOf, warningsOf } from '../support/doctor.js';
import { up } from '../support/footfall-process.js';

const main = fileURLToPath(new URL('../../packages/footfall/dist/main.js', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'footfall-doctor-'));
const fresh = () => mkdtempSync(join(scratch, 'cwd-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const ports = ['--port', '0', '--admin-port', '0', '--dashboard-port', '0'];
const isRoot = process.getuid?.() === 0;
/** Runs a command of the system; false if this machine does not let it run. */
const succeeds = (command: string, ...args: string[]) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

describe('footfall doctor finds', () => {
	it('few open files, and too few', async () => {
		const limited = (files: number) =>
			doctor(ports, {
				cwd: fresh(),
				program: ['/bin/sh', '-c', `ulimit -n ${files}; exec "$0" "$@"`, process.execPath, main],
			});
		const few = await limited(1024);
		expect(few.code).toBe(0);
		expect(warningsOf(few.found).join('\n')).toMatch(/open files: 1024 .* instead of 50000: raise it with `ulimit -n`/);
		const tooFew = await limited(128);
		expect(tooFew.code).toBe(1);
		expect(faultsOf(tooFew.found)).toEqual([expect.stringMatching(/^open files: 128 .*at least 256 are needed/)]);
	});

	it.runIf(isRoot)('a disk that is full, and one that is nearly full', async ({ skip }) => {
		const disk = join(fresh(), 'disk');
		mkdirSync(disk);
		if (!succeeds('mount', '-t', 'tmpfs', '-o', 'size=1m', 'footfall-doctor', disk))
			skip('this machine does not let root mount');
		try {
			const nearly = await doctor([...ports, '--data', disk], { cwd: fresh() });
			expect(faultsOf(nearly.found)).toEqual([
				expect.stringMatching(/^data directory: .* is writable, .* free: free space/),
			]);
			expect(warningsOf(nearly.found).join('\n')).toContain('data directory: it is in memory');
			writeFileSync(join(disk, 'a'), Buffer.alloc(1_048_576 - 4096));
			const full = await doctor([...ports, '--data', disk], { cwd: fresh() });
			expect(full.code).toBe(1);
			expect(faultsOf(full.found)).toEqual([expect.stringMatching(/^data directory: .* cannot be written \(ENOSPC/)]);
		} finally {
			execFileSync('umount', [disk]);
		}
	});

	it('a ClickHouse that is away, one with another password, and one that answers', async () => {
		const server = await startTestWarehouse();
		try {
			const { url, writer } = server.server;
			const ask = (address: string) =>
				doctor(ports, { cwd: fresh(), environment: { CLICKHOUSE_URL: address, CLICKHOUSE_READER_URL: '' } });
			const withAccount = (password: string) => url.replace('//', `//${writer.user}:${password}@`);
			const away = await ask('http://u:sesame@127.0.0.1:1');
			expect(away.code).toBe(1);
			expect(faultsOf(away.found)).toEqual([
				expect.stringMatching(/^CLICKHOUSE_URL: no ClickHouse answers at CLICKHOUSE_URL \(.*ECONNREFUSED/),
			]);
			expect(JSON.stringify(away.found)).not.toContain('sesame');
			const refused = await ask(withAccount('wrong'));
			expect(faultsOf(refused.found)).toEqual([expect.stringContaining('ClickHouse refuses the user or the password')]);
			const answering = await ask(`${withAccount(writer.password)}/footfall_not_there`);
			expect([answering.code, faultsOf(answering.found)]).toEqual([0, []]);
			const subjects = answering.found.findings.map(({ subject }) => subject);
			expect(subjects).toContain('CLICKHOUSE_URL');
			expect(subjects).not.toContain('ClickHouse engine');
			const changed = await server.warehouse.query(
				"SELECT name FROM system.databases WHERE name = 'footfall_not_there'",
			);
			expect(changed).toEqual([]);
		} finally {
			await server.stop();
		}
	});

	it('nothing wrong with the ports of a Footfall that runs on the same data', async () => {
		const cwd = fresh();
		const data = join(cwd, 'data');
		const running = up(data);
		const collector = new URL(await running.collectorUrl());
		try {
			const given = ['--data', data, '--port', collector.port, '--admin-port', '0', '--dashboard-port', '0'];
			const { code, found } = await doctor(given, { cwd });
			expect([code, faultsOf(found)]).toEqual([0, []]);
			const [port] = found.findings.filter(({ subject }) => subject === 'ports');
			expect(port?.text).toContain(
				`${collector.port} belongs to the Footfall that runs on this data (process ${running.process.pid})`,
			);
			const elsewhere = await doctor([...given, '--data', join(cwd, 'other')], { cwd });
			expect(faultsOf(elsewhere.found)).toEqual([expect.stringContaining(`ports: ${collector.port} cannot be opened`)]);
		} finally {
			await running.interrupt();
		}
	});

	it('a required uWebSockets.js that does not load, where auto serves with Node.js', async () => {
		const [, minor = 0] = (glibcVersion() ?? '').split('.').map(Number);
		// The files for Node 24 need glibc 2.38.
		const loads = minor >= 38;
		const program = [nodeOf('24'), main];
		const auto = await doctor(ports, { cwd: fresh(), program });
		expect(auto.code).toBe(0);
		const required = await doctor([...ports, '--http-engine', 'uws'], { cwd: fresh(), program });
		if (loads) return expect(faultsOf(required.found)).toEqual([]);
		expect(warningsOf(auto.found).join('\n')).toMatch(/HTTP engine: the collector serves HTTP with Node\.js itself/);
		expect(faultsOf(required.found)).toEqual([
			expect.stringMatching(
				/^HTTP engine: uWebSockets\.js does not load: its file .* needs glibc .*: use --http-engine auto or node$/,
			),
		]);
	});

	it.runIf(isRoot)('a folder that its user may not write, and a secret that others can read', async () => {
		const cwd = fresh();
		execFileSync('chmod', ['755', scratch, cwd]);
		const secret = '{ "dashboard-token": "a-token-of-sixteen-letters" }';
		writeFileSync(join(cwd, 'footfall.json'), secret, { mode: 0o644 });
		const program = ['/usr/bin/setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', process.execPath, main];
		const { code, found } = await doctor(ports, { cwd, program });
		expect(code).toBe(1);
		expect(faultsOf(found)).toEqual([expect.stringMatching(/^data directory: .* cannot be written \(EACCES/)]);
		expect(warningsOf(found).join('\n')).toContain(
			'footfall.json has a secret, and all users of the machine can read it',
		);
	});
});
