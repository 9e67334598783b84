import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { engineConfinement } from './confinement.js';

/** Files from which a resolver reads the DNS servers. */
const resolverFiles = ['/etc/resolv.conf', '/etc/hosts', '/etc/host.conf', '/etc/nsswitch.conf'];
const needs = { dataDirectory: tmpdir(), startFiles: [], httpPort: 1 };

it('engineConfinement lets the engine read no file that names a DNS server, and no directory that contains one', () => {
	const { readable, writable } = engineConfinement(needs);
	const has = (path: string) => [...readable, ...writable].some((own) => path === own || path.startsWith(`${own}/`));
	expect(resolverFiles.filter(has)).toEqual([]);
	expect(has('/etc/localtime')).toBe(true);
});

/** Reads files in a separate process that is confined as the engine is. @returns the result of each */
function readConfined(paths: readonly string[]): { kind: string; results: Record<string, string> } {
	const built = (name: string) => JSON.stringify(new URL(`../../dist/embedded/${name}.js`, import.meta.url).href);
	const directory = mkdtempSync(join(tmpdir(), 'footfall-confinement-'));
	const script = `
		import * as fs from 'node:fs';
		const { confineThread } = await import(${built('landlock')});
		const { engineConfinement } = await import(${built('confinement')});
		const needs = { ...${JSON.stringify(needs)}, dataDirectory: ${JSON.stringify(directory)} };
		const { kind } = confineThread(engineConfinement(needs));
		const tried = (path) => { try { fs.readFileSync(path); return 'read'; } catch (error) { return error.code; } };
		const results = Object.fromEntries(${JSON.stringify(paths)}.map((path) => [path, tried(path)]));
		fs.writeSync(1, JSON.stringify({ kind, results }));
		process.kill(process.pid, 'SIGKILL');`;
	const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
	rmSync(directory, { recursive: true, force: true });
	if (stdout === '') throw new Error(stderr);
	return JSON.parse(stdout);
}

const isAvailable = readConfined([]).kind === 'confined';

it.runIf(isAvailable)('engineConfinement is enforced by the kernel', () => {
	const there = resolverFiles.filter((path) => existsSync(path));
	const { results } = readConfined([...there, '/proc/meminfo']);
	expect(results).toEqual({ ...Object.fromEntries(there.map((path) => [path, 'EACCES'])), '/proc/meminfo': 'read' });
});
