import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plainFileStream, readPlainFile } from './plain-file.js';

const scratch = mkdtempSync(join(tmpdir(), 'footfall-plain-file-'));
const pathOf = (name: string) => join(scratch, name);
const listener = createServer();

beforeAll(async () => {
	writeFileSync(pathOf('file'), 'text');
	mkdirSync(pathOf('folder'));
	symlinkSync('file', pathOf('link'));
	symlinkSync('pipe', pathOf('link-to-pipe'));
	symlinkSync('nothing', pathOf('link-to-nothing'));
	execFileSync('mkfifo', [pathOf('pipe')]);
	await new Promise<void>((resolve) => listener.listen(pathOf('socket'), resolve));
});
afterAll(() => {
	listener.close();
	rmSync(scratch, { recursive: true, force: true });
});

describe('readPlainFile', () => {
	it('reads a file, also by a link, up to a limit', () => {
		expect(readPlainFile(pathOf('file'))).toEqual({ kind: 'bytes', bytes: Buffer.from('text') });
		expect(readPlainFile(pathOf('link'))).toMatchObject({ kind: 'bytes' });
		expect(readPlainFile(pathOf('file'), { bytesMax: 4 })).toMatchObject({ kind: 'bytes' });
		expect(readPlainFile(pathOf('file'), { bytesMax: 3 })).toEqual({ kind: 'large', bytes: 4 });
		// The size that the system tells is 0.
		expect(readPlainFile('/proc/self/status', { bytesMax: 3 })).toEqual({ kind: 'large', bytes: 4 });
	});

	it('neither waits for the writer of a pipe nor reads anything else that is no file', () => {
		expect(readPlainFile(pathOf('pipe'))).toEqual({ kind: 'special', what: 'a pipe' });
		expect(readPlainFile(pathOf('link-to-pipe'))).toEqual({ kind: 'special', what: 'a pipe' });
		expect(readPlainFile(pathOf('socket'))).toEqual({ kind: 'special', what: 'a socket' });
		expect(readPlainFile(pathOf('folder'))).toEqual({ kind: 'special', what: 'a folder' });
		expect(readPlainFile('/dev/zero')).toEqual({ kind: 'special', what: 'a device' });
	});

	it('tells a file that is not there, and a link that is not followed', () => {
		expect(readPlainFile(pathOf('nothing'))).toEqual({ kind: 'absent' });
		expect(readPlainFile(pathOf('link-to-nothing'))).toEqual({ kind: 'absent' });
		for (const name of ['link', 'link-to-pipe', 'link-to-nothing'])
			expect(readPlainFile(pathOf(name), { followsLinks: false })).toEqual({ kind: 'link' });
		expect(() => readPlainFile(join(pathOf('file'), 'below'))).toThrow('ENOTDIR');
	});
});

describe('plainFileStream', () => {
	it('streams a file, and fails at once for a pipe', async () => {
		expect(await text(plainFileStream(pathOf('file')))).toBe('text');
		await expect(text(plainFileStream(pathOf('pipe')))).rejects.toThrow('it is a pipe, not a plain file');
		await expect(text(plainFileStream(pathOf('nothing')))).rejects.toThrow('ENOENT');
	});
});

it('a descriptor that a shell has opened is read whatever it is', () => {
	const module = new URL('../dist/index.js', import.meta.url).href;
	const script = `import { plainFileStream, readPlainFile } from '${module}';
		console.log(String(readPlainFile(process.argv[1]).bytes), (await plainFileStream(process.argv[2]).toArray()).join(''));`;
	const command = 'exec "$0" --input-type=module --eval "$1" <(echo first) <(echo second)';
	const words = execFileSync('bash', ['-c', command, process.execPath, script], { encoding: 'utf8', timeout: 20_000 });
	expect(words).toBe('first\n second\n\n');
});
