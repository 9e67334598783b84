import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
	chmodSync,
	existsSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DirectoryRefusal, ownDirectory } from './directory-ownership.js';

let scratch: string;
beforeEach(() => {
	scratch = mkdtempSync(join(tmpdir(), 'footfall-ownership-'));
});
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

/** Starts another process that owns a directory until it is killed. */
async function ownElsewhere(directory: string) {
	const built = new URL('../../dist/kernel/directory-ownership.js', import.meta.url).href;
	const script = `const { ownDirectory } = await import(${JSON.stringify(built)});
		ownDirectory(${JSON.stringify(directory)}, 'the log'); console.log('owned'); setInterval(() => {}, 1000);`;
	const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	await once(child.stdout, 'data');
	return child;
}

function refusalOf(path: string): DirectoryRefusal {
	try {
		ownDirectory(path, 'the log').release();
	} catch (error) {
		if (error instanceof DirectoryRefusal) return error;
		throw error;
	}
	throw new Error('not refused');
}

describe('ownDirectory', () => {
	it('creates the directory, names its owner in the lock file and removes the file at release', () => {
		const path = join(scratch, 'a/b');
		const ownership = ownDirectory(path, 'the log');
		expect(readFileSync(join(path, 'owner.lock'), 'utf8')).toBe(String(process.pid));
		expect(statSync(path).mode & 0o777).toBe(0o700);
		ownership.release();
		ownership.release();
		expect(readdirSync(path)).toEqual([]);
	});

	it('refuses a second owner in the same process until the first releases the directory', () => {
		const first = ownDirectory(scratch, 'the log');
		expect(refusalOf(scratch)).toMatchObject({ ownerPid: process.pid });
		first.release();
		ownDirectory(scratch, 'the log').release();
	});

	it('names the other process, and succeeds as soon as that one was killed', async () => {
		const other = await ownElsewhere(scratch);
		const refusal = refusalOf(scratch);
		expect(refusal.ownerPid).toBe(other.pid);
		expect(refusal.message).toMatch(/in use by another Footfall, process \d+; stop it first, or .*--data$/);
		other.kill('SIGKILL');
		await once(other, 'exit');
		expect(existsSync(join(scratch, 'owner.lock'))).toBe(true);
		ownDirectory(scratch, 'the log').release();
	});

	it('is not inherited by processes that the owner starts', async () => {
		const ownership = ownDirectory(scratch, 'the log');
		const child = spawn('sleep', ['30'], { stdio: 'ignore' });
		ownership.release();
		ownDirectory(scratch, 'the log').release();
		child.kill('SIGKILL');
		await once(child, 'exit');
	});

	it('refuses a path that is a file', () => {
		const path = join(scratch, 'file');
		writeFileSync(path, '');
		expect(refusalOf(path).message).toMatch(
			/^cannot write .*file \(the log\): there is a file of that name; give a writable directory/,
		);
		expect(refusalOf(join(path, 'below')).message).toContain('a part of the path is a file');
	});

	// The superuser may write everywhere, so the refusal cannot be provoked by permissions there.
	it.skipIf(process.getuid?.() === 0)('refuses a directory without write permission', () => {
		chmodSync(scratch, 0o500);
		expect(refusalOf(join(scratch, 'x')).message).toContain('permission denied');
		chmodSync(scratch, 0o700);
	});

	it.runIf(existsSync('/proc/sys'))('refuses a file system on which no file can be created', () => {
		expect(refusalOf('/proc/footfall').message).toMatch(
			/^cannot write \/proc\/footfall \(the log\): .*; give a writable directory/,
		);
	});
});
