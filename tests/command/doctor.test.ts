import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { doctor, faultsOf } from '../support/doctor.js';

const scratch = mkdtempSync(join(tmpdir(), 'footfall-doctor-'));
const fresh = () => mkdtempSync(join(scratch, 'cwd-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const ports = ['--port', '0', '--admin-port', '0', '--dashboard-port', '0'];

describe('footfall doctor', () => {
	it('finds no fault on a machine that runs Footfall, and leaves no file', async () => {
		const cwd = fresh();
		const { code, found } = await doctor(ports, { cwd });
		expect(faultsOf(found)).toEqual([]);
		expect({ code, ok: found.ok, node: found.node }).toEqual({ code: 0, ok: true, node: process.versions.node });
		const subjects = found.findings.map(({ subject }) => subject);
		const parts = ['file locks', 'HTTP engine', 'ClickHouse engine', 'confinement', 'Zstandard'];
		for (const part of [...parts, 'settings', 'ports', 'data directory', 'fsync', 'open files', 'memory', 'clock'])
			expect(subjects).toContain(part);
		expect(readdirSync(cwd)).toEqual([]);
	});

	it('finds every fault at once: a taken port, invalid settings, a folder that cannot be written', async () => {
		const busy = createServer().listen(0, '127.0.0.1');
		await once(busy, 'listening');
		const { port } = busy.address() as { port: number };
		const cwd = fresh();
		writeFileSync(join(cwd, 'a-file'), '');
		writeFileSync(join(cwd, 'footfall.json'), `{ "admin-port": ${port}, "wal-bytes": "little", "hots": "::1" }`);
		const words = ['--port', '0', '--dashboard-port', '0', '--data', 'a-file/data'];
		const { code, found } = await doctor(words, { cwd, environment: { FOOTFALL_HTTP_ENGINE: 'nginx' } });
		busy.close();
		expect(code).toBe(1);
		expect(faultsOf(found)).toEqual([
			expect.stringContaining('settings: footfall.json: "hots" is not a setting; did you mean "host"?'),
			expect.stringContaining('settings: footfall.json: wal-bytes: must be'),
			expect.stringContaining('settings: FOOTFALL_HTTP_ENGINE: must be'),
			expect.stringMatching(
				new RegExp(`^ports: ${port} cannot be opened \\(by .*process ${process.pid}\\): .*--admin-port$`),
			),
			expect.stringMatching(/^data directory: .* cannot be written \(ENOTDIR.*\): give a writable directory/),
		]);
	});
});
