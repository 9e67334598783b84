import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
// @ts-expect-error a script without declarations
import { commitOf } from '../../scripts/commit.js';

const scratch = mkdtempSync(join(tmpdir(), 'footfall-commit-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

it('the commit of a build is that of the checkout, with a mark for changed files, and none elsewhere', () => {
	expect(commitOf(scratch, undefined)).toBeUndefined();
	const git = (...args: string[]) =>
		execFileSync('git', ['-C', scratch, '-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { encoding: 'utf8' });
	git('init', '--quiet');
	writeFileSync(join(scratch, 'file'), 'a');
	git('add', '.');
	git('commit', '--quiet', '--message', 'Add a file');
	git('tag', 'v1');
	const commit = git('rev-parse', 'HEAD').trim();
	expect(commitOf(scratch, undefined)).toBe(commit);
	writeFileSync(join(scratch, 'file'), 'b');
	expect(commitOf(scratch, undefined)).toBe(`${commit}-dirty`);
	expect(commitOf(scratch, 'given')).toBe('given');
	// A package that was unpacked within the checkout of something else was not built from that.
	mkdirSync(join(scratch, 'unpacked'));
	expect(commitOf(join(scratch, 'unpacked'), undefined)).toBeUndefined();
});
