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

/** First cells of a table under a heading. */
function firstCells(heading: string): string[] {
	const section = readme.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
	return [...section.matchAll(/^\| `([^`]+)`/gm)].map((match) => match[1] as string);
}

const dashed = (name: string) => `data-${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

describe('README.md', () => {
	it('lists every attribute of pages that the code reads, and no other', () => {
		const read = [...sources.matchAll(/\bff[A-Z]\w*/g)].map((match) => dashed(match[0]));
		const prefix = sources.includes("'data-ff-prop-'") ? ['data-ff-prop-…'] : [];
		const selected = [...sources.matchAll(/\[(data-ff-[a-z-]+)\]/g)].map((match) => match[1]);
		expect(new Set(firstCells('Page'))).toEqual(new Set([...read, ...prefix, ...selected]));
	});

	it('lists every attribute of the script tag', () => {
		const names = /const \{ ([^}]+) \} = script\.dataset/.exec(sources)?.[1]?.split(', ') ?? [];
		expect(firstCells('Script tag')).toEqual(names.map(dashed));
	});

	it('lists every function', () => {
		expect(new Set(firstCells('Functions'))).toEqual(new Set(Object.keys(api)));
	});

	it('says the size of the built script', () => {
		const script = readFileSync(at('../dist/footfall.js'));
		const kilobytes = (brotliCompressSync(script).length / 1000).toFixed(1);
		expect(readme).toContain(`${kilobytes} KB with brotli`);
	});
});
