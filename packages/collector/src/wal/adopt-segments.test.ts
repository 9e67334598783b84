import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StartRefusal } from '@footfall/host';
import { ownDirectory } from '@footfall/host/kernel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { adoptSegments, orphanedWals, workerWalDirectory } from './adopt-segments.js';
import { realFileSystem } from './file-system.js';

let base: string;

beforeEach(() => {
	base = join(mkdtempSync(join(tmpdir(), 'footfall-adopt-')), 'log');
});
afterEach(() => rmSync(join(base, '..'), { recursive: true, force: true }));

const segment = (ms: number) => `${String(ms).padStart(15, '0')}-00112233445566ff`;

function leave(directory: string, ...files: string[]): void {
	mkdirSync(directory, { recursive: true });
	for (const file of files) writeFileSync(join(directory, file), file);
}

describe('WAL directories of workers', () => {
	it('the first worker uses the given directory, and the others directories beside it', () => {
		expect([1, 2, 10].map((worker) => workerWalDirectory(base, worker))).toEqual([base, `${base}-2`, `${base}-10`]);
	});

	it('directories are orphaned if there are fewer workers now', () => {
		for (const worker of [1, 2, 3, 11]) leave(workerWalDirectory(base, worker));
		for (const other of ['-02', '-x', '-3.old', '-1', '3']) leave(base + other);
		writeFileSync(`${base}-7`, 'not a directory');
		expect(orphanedWals(base, 1)).toEqual([`${base}-2`, `${base}-3`, `${base}-11`]);
		expect(orphanedWals(base, 3)).toEqual([`${base}-11`]);
		expect(orphanedWals(base, 11)).toEqual([]);
	});

	it('there are no orphaned directories before the first start', () => {
		expect(orphanedWals(join(base, 'not', 'there'), 1)).toEqual([]);
	});
});

describe('adoptSegments', () => {
	it('adoptSegments moves segments and quarantined segments, and removes the empty directory', async () => {
		leave(base, `${segment(5)}.log`);
		leave(`${base}-2`, `${segment(7)}.log`, `${segment(3)}.poison`, `${segment(3)}.reason`);
		await adoptSegments(realFileSystem, `${base}-2`, base);
		expect(readdirSync(base).sort()).toEqual([
			`${segment(3)}.poison`,
			`${segment(3)}.reason`,
			`${segment(5)}.log`,
			`${segment(7)}.log`,
		]);
		expect(existsSync(`${base}-2`)).toBe(false);
	});

	it('adoptSegments leaves other files and their directory', async () => {
		leave(base);
		leave(`${base}-2`, `${segment(7)}.log`, 'notes.txt');
		await adoptSegments(realFileSystem, `${base}-2`, base);
		expect(readdirSync(base)).toEqual([`${segment(7)}.log`]);
		expect(readdirSync(`${base}-2`)).toEqual(['notes.txt']);
	});

	it('adoptSegments completes an interrupted run', async () => {
		leave(base, `${segment(7)}.log`);
		leave(`${base}-2`, `${segment(8)}.log`);
		await adoptSegments(realFileSystem, `${base}-2`, base);
		await adoptSegments(realFileSystem, `${base}-2`, base);
		expect(readdirSync(base).sort()).toEqual([`${segment(7)}.log`, `${segment(8)}.log`]);
	});

	it('adoptSegments refuses a directory that another process uses', async () => {
		leave(base);
		const owner = ownDirectory(`${base}-2`, 'the write-ahead log');
		try {
			await expect(adoptSegments(realFileSystem, `${base}-2`, base)).rejects.toThrow('in use by another Footfall');
		} finally {
			owner.release();
		}
	});

	it('adoptSegments says what to do if files cannot be moved', async () => {
		leave(base);
		leave(`${base}-2`, `${segment(7)}.log`);
		const rename = () => Promise.reject(new Error('EXDEV: cross-device link not permitted'));
		const adopted = adoptSegments({ ...realFileSystem, rename }, `${base}-2`, base);
		await expect(adopted).rejects.toThrow(StartRefusal);
		await expect(adopted).rejects.toThrow(/EXDEV.*move .* there by hand/);
		expect(readdirSync(`${base}-2`)).toEqual([`${segment(7)}.log`]);
	});
});
