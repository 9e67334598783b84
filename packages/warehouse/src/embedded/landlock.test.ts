import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { confineThread, rightsMask } from './landlock.js';

const directory = mkdtempSync(join(tmpdir(), 'footfall-landlock-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Confines a separate process, runs operations in it, and returns the result of each. */
function tryConfined(attempts: Record<string, string>): Record<string, string> & { confinement: { kind: string } } {
	mkdirSync(join(directory, 'own'), { recursive: true });
	for (const name of ['own/file', 'readable', 'other']) writeFileSync(join(directory, name), name);
	const built = new URL('../../dist/embedded/landlock.js', import.meta.url).href;
	const script = `
		import * as fs from 'node:fs';
		import { connect, createServer } from 'node:net';
		const { confineThread } = await import(${JSON.stringify(built)});
		const at = (name) => ${JSON.stringify(`${directory}/`)} + name;
		const settled = (emitter, event) => new Promise((resolve, reject) => emitter.once(event, resolve).once('error', reject));
		const stranger = createServer().listen(0, '127.0.0.1');
		await settled(stranger, 'listening');
		const { port } = stranger.address();
		const results = {};
		results.confinement = confineThread({ readable: [at('readable'), at('missing')], writable: [at('own')], listenPort: 1 });
		const attempts = { ${Object.entries(attempts)
			.map(([name, code]) => `${JSON.stringify(name)}: async () => ${code}`)
			.join(', ')} };
		for (const [name, attempt] of Object.entries(attempts)) {
			results[name] = await attempt().then(() => 'done', (error) => error.code);
		}
		fs.writeSync(1, JSON.stringify(results));
		process.kill(process.pid, 'SIGKILL');`;
	const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
	if (stdout === '') throw new Error(stderr);
	return JSON.parse(stdout);
}

const isAvailable = tryConfined({}).confinement.kind === 'confined';

describe.runIf(isAvailable)('a confined thread', () => {
	it('has access to its own files only', () => {
		const results = tryConfined({
			'reads what it may': `fs.readFileSync(at('readable'))`,
			'writes what it may only read': `fs.writeFileSync(at('readable'), '')`,
			'reads another': `fs.readFileSync(at('other'))`,
			'reads the accounts of the machine': `fs.readFileSync('/etc/passwd')`,
			'reads its environment': `fs.readFileSync('/proc/self/environ')`,
			'lists the directory above': `fs.readdirSync(at('.'))`,
			'makes a file beside': `fs.writeFileSync(at('new'), '')`,
			'moves another into its own': `fs.renameSync(at('other'), at('own/stolen'))`,
			'links to another and reads it': `{ fs.symlinkSync(at('other'), at('own/link')); fs.readFileSync(at('own/link')); }`,
			'works in its own': `{
				fs.mkdirSync(at('own/deep')); fs.writeFileSync(at('own/deep/a'), 'a'); fs.truncateSync(at('own/deep/a'), 0);
				fs.renameSync(at('own/deep/a'), at('own/b')); fs.linkSync(at('own/b'), at('own/deep/c')); fs.rmSync(at('own/deep'), { recursive: true });
			}`,
		});
		expect(results).toMatchObject({
			'reads what it may': 'done',
			'writes what it may only read': 'EACCES',
			'reads another': 'EACCES',
			'reads the accounts of the machine': 'EACCES',
			'reads its environment': 'EACCES',
			'lists the directory above': 'EACCES',
			'makes a file beside': 'EACCES',
			'moves another into its own': expect.stringMatching(/^(EACCES|EXDEV)$/),
			'links to another and reads it': 'EACCES',
			'works in its own': 'done',
		});
	});

	it('cannot connect or listen elsewhere, where the kernel supports network rules', () => {
		const { confinement, ...results } = tryConfined({
			connects: `settled(connect(port, '127.0.0.1'), 'connect')`,
			listens: `settled(createServer().listen(0, '127.0.0.1'), 'listening')`,
		});
		const expected = (confinement as { network?: boolean }).network ? 'EACCES' : 'done';
		expect(results).toEqual({ connects: expected, listens: expected });
	});
});

describe('rightsMask', () => {
	it('has only rights that the kernel version supports, and for a file only rights that apply to files', () => {
		expect(rightsMask(['readFile', 'readDirectory'], 2, true)).toBe(0b1100n);
		expect(rightsMask(['readFile', 'readDirectory'], 2, false)).toBe(0b100n);
		expect(rightsMask(['writeFile', 'truncate'], 2, true)).toBe(0b10n);
		expect(rightsMask(['writeFile', 'truncate'], 3, true)).toBe((1n << 14n) | 0b10n);
	});
});

it.runIf(process.platform !== 'linux')('reports that other systems have no Landlock', () => {
	expect(confineThread({ readable: [], writable: [], listenPort: 1 })).toEqual({
		kind: 'unavailable',
		why: 'Landlock is a part of Linux',
	});
});
