import { readdirSync, readFileSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import * as api from './index.js';

const at = (path: string) => new URL(path, import.meta.url);
const readme = readFileSync(at('../README.md'), 'utf8');
const sources = readdirSync(at('.'), { recursive: true, encoding: 'utf8' })
	.filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && !path.startsWith('testing'))
	.map((path) => readFileSync(at(path), 'utf8'))
	.join('\n');
const options = readFileSync(at('options.ts'), 'utf8');

/** Returns the first cells of a table under a heading. */
function firstCells(heading: string): string[] {
	const section = readme.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
	return [...section.matchAll(/^\| `([^`]+)`/gm)].map((match) => match[1] as string);
}

const dashed = (name: string) => `data-${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
const matches = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map((match) => match[1] as string);

describe('README.md', () => {
	it('lists exactly the attributes of pages that the code reads', () => {
		const read = [...matches(sources, /\b(ff[A-Z]\w*)/g).map(dashed), ...matches(sources, /'(data-ff-[a-z]+)'/g)];
		const prefixes = matches(sources, /'(data-ff-[a-z]+-)'/g).map((prefix) => `${prefix}…`);
		const selected = matches(sources, /\[(data-ff-[a-z-]+)\]/g);
		expect(new Set(firstCells('Page'))).toEqual(new Set([...read, ...prefixes, ...selected]));
	});

	it('lists every option as an attribute of the script tag, and the code reads every option', () => {
		const [body = ''] = matches(options, /interface TrackerOptions \{(.*?)\n\}/gs);
		const names = matches(body, /^\t(\w+)\??:/gm);
		expect(names).toHaveLength(10);
		expect(firstCells('Script tag')).toEqual(names.map(dashed));
		for (const name of names)
			expect(sources).toMatch(new RegExp(`(settings|options)(\\.|: \\{[^}]*)${name}|\\b${name}\\b[^}]*\\} = settings`));
	});

	it('lists every signal, and the default ones', () => {
		const [body = ''] = matches(options, /type Signal =(.*?);/gs);
		expect(firstCells('Signals')).toEqual(matches(body, /'(\w+)'/g));
		const [byDefault = ''] = matches(sources, /capture: '([a-z ]+)'/g);
		expect(readme).toContain(`Default: \`${byDefault}\``);
		expect(options).toContain(`@default '${byDefault}'`);
	});

	it('lists every function', () => {
		expect(new Set(firstCells('Functions'))).toEqual(new Set(Object.keys(api)));
	});

	it('has the sizes of the built files', () => {
		for (const file of ['footfall.js', 'footfall-vitals.js', 'footfall-datalayer.js']) {
			const kilobytes = (brotliCompressSync(readFileSync(at(`../dist/${file}`))).length / 1000).toFixed(1);
			expect(readme).toContain(`| \`${file}\` | ${kilobytes} KB |`);
		}
	});
});
