import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('the documentation', () => {
	it('has the reference pages that the code generates; otherwise run node scripts/reference.js', () => {
		const { stdout, stderr } = spawnSync(process.execPath, [join(root, 'scripts/reference.js'), '--check'], {
			encoding: 'utf8',
		});
		expect(stdout + stderr).toBe('');
	});

	it('lists every page in the README of its folder, or of the folder above', () => {
		const docs = join(root, 'docs');
		const pages = readdirSync(docs, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.md'));
		/** The README that must list a page: that of its folder, and for a README itself that of the folder above. */
		const indexOf = (page: string): string => {
			let folder = dirname(basename(page) === 'README.md' ? dirname(page) : page);
			while (folder !== '.' && !pages.includes(join(folder, 'README.md'))) folder = dirname(folder);
			return join(folder, 'README.md');
		};
		const isListed = (page: string) => {
			const index = indexOf(page);
			return readFileSync(join(docs, index), 'utf8').includes(`](${relative(dirname(index), page)})`);
		};
		expect(pages.filter((page) => page !== 'README.md' && !isListed(page))).toEqual([]);
	});
});
