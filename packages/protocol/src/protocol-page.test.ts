import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { limits, outcomes } from './index.js';

const page = readFileSync(new URL('../PROTOCOL.md', import.meta.url), 'utf8');

/** The rows of the table under a heading, as cells. */
function table(heading: string): string[][] {
	const section = page.split(`# ${heading}\n`)[1]?.split('\n#')[0] ?? '';
	return section
		.split('\n')
		.filter((line) => line.startsWith('| `'))
		.map((line) =>
			line
				.split('|')
				.slice(1, -1)
				.map((cell) => cell.trim().replaceAll('`', '')),
		);
}

describe('PROTOCOL.md', () => {
	it('lists every outcome as the code has it', () => {
		expect(table('Outcomes')).toEqual(
			Object.entries(outcomes).map(([name, o]) => [name, String(o.status), o.final ? 'yes' : 'no', o.meaning]),
		);
	});

	it('lists every limit as the code has it', () => {
		expect(table('Limits')).toEqual(Object.entries(limits).map(([name, value]) => [name, String(value)]));
	});
});
