import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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

	it('lists every page of its folder', () => {
		const index = readFileSync(join(root, 'docs/README.md'), 'utf8');
		const pages = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).filter((path) =>
			path.endsWith('.md'),
		);
		expect(pages.filter((path) => path !== 'README.md' && !index.includes(`](${path})`))).toEqual([]);
	});
});
