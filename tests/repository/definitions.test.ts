import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { parseDefinitions } from '../../packages/definitions/src/index.js';
import { runDefinitions } from '../../packages/footfall/src/run/transforms/definitions.js';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'footfall-definitions-page-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Prints definitions as the command does, in a folder that the page calls footfall. */
function printed(text: string): string {
	writeFileSync(join(folder, 'definitions.json'), text);
	const lines: string[] = [];
	const stderr = vi.spyOn(process.stderr, 'write').mockImplementation((line) => lines.push(String(line).trimEnd()) > 0);
	runDefinitions({ project: folder }, (_, said) => lines.push(...said));
	stderr.mockRestore();
	return lines.map((line) => `${line.replace(folder, 'footfall')}\n`).join('');
}

describe('the page about counting own events', () => {
	const page = read('docs/how-to/count-your-own-events.md');
	const blocks = [...page.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, language, text = '']) => ({ language, text }));
	const textsOf = (wanted: string) => blocks.filter(({ language }) => language === wanted).map(({ text }) => text);
	const [json = ''] = textsOf('json');
	const [listing, faults] = textsOf('');

	it('shows the output of its definitions', () => {
		expect(printed(json)).toBe(listing);
	});

	it('shows the fault of a misspelt word', () => {
		expect(printed(json.replace('atLeast', 'atleast'))).toBe(faults);
	});
});

describe('the conditions of the documentation', () => {
	const pages = ['docs/how-to/count-your-own-events.md', 'docs/decisions/0028-one-grammar-for-definitions.md'];
	const conditions = pages.flatMap((page) => [...read(page).matchAll(/`(\{ "(?:event|page|or)".*?\})`/g)]);

	it('are those that the parser reads', () => {
		expect(conditions.length).toBeGreaterThan(11);
		const parsed = conditions.map(([, when]) => parseDefinitions(`{"goals": {"a": {"when": ${when}}}}`, `${when}`));
		expect(parsed.filter((one) => 'faults' in one)).toEqual([]);
	});
});
