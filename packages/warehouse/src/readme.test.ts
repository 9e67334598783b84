import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { eventColumns } from './index.js';

const readme = readFileSync(fileURLToPath(new URL('../README.md', import.meta.url)), 'utf8');

describe('the README of the warehouse', () => {
	it('lists the columns of events with their types and descriptions', () => {
		const [section = ''] = readme.slice(readme.indexOf('## Columns of `events`') + 3).split('\n## ');
		const rows = section
			.split('\n')
			.filter((line) => line.startsWith('| `'))
			.map((line) =>
				line
					.slice(1, -1)
					.split(' | ')
					.map((cell) => cell.trim()),
			);
		expect(rows).toEqual(
			eventColumns.map(({ name, type, description }) => [`\`${name}\``, `\`${type}\``, description]),
		);
	});

	it('links to existing files only', () => {
		const links = [...readme.matchAll(/\]\(([^)#]+)\)/g)].map(([, path]) => path ?? '');
		expect(links.length).toBeGreaterThan(10);
		expect(links.filter((path) => !existsSync(new URL(`../${path}`, import.meta.url)))).toEqual([]);
	});
});
