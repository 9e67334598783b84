import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createFootfall } from './index.js';

const at = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const readme = at('../README.md');
const options = at('options.ts');

/** Returns the first cells of the tables whose first heading is a word. */
function firstCells(heading: string): string[] {
	const table = readme.split(`| ${heading} | `)[1]?.split('\n\n')[0] ?? '';
	return [...table.matchAll(/^\| `(\w[\w-]*)/gm)].map((match) => match[1] as string);
}

describe('README.md', () => {
	it('lists every option, every function and every code of an error', () => {
		const [, body = ''] = /interface FootfallOptions \{(.*?)\n\}/s.exec(options) ?? [];
		expect(firstCells('option')).toEqual([...body.matchAll(/^\t(\w+)\??:/gm)].map((match) => match[1]));
		const footfall = createFootfall({ collector: 'http://127.0.0.1:7070', site: 'shop' });
		expect(firstCells('function')).toEqual(Object.keys(footfall));
		const [, codes = ''] = /type OwnErrorCode = (.*?);/.exec(options) ?? [];
		expect(firstCells('code of an error')).toEqual([...codes.matchAll(/'([\w-]+)'/g)].map((match) => match[1]));
	});
});
