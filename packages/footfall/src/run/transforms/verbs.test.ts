import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readVerb, verbs } from './verbs.js';

describe('readVerb', () => {
	it('defaults to build', () => {
		expect(readVerb([])).toEqual({ ok: true, verb: 'build', operand: undefined });
		expect(readVerb(['show', 'sessions'])).toEqual({ ok: true, verb: 'show', operand: 'sessions' });
	});

	it.each([
		[['buidl'], 'unknown verb "buidl"'],
		[['graph'], '"graph" is no longer a verb; use footfall transforms lineage'],
		[['show'], 'show requires an argument: footfall transforms show MODEL'],
		[['ls', 'sessions'], 'unexpected argument "sessions"; use footfall transforms ls'],
		[['show', 'a', 'b'], 'unexpected argument "b"; use footfall transforms show MODEL'],
		[['rollback', 'yesterday'], '"yesterday" is not a valid run number'],
	])('refuses %j with the reason', (operands, fault) => {
		expect(readVerb(operands)).toEqual({ ok: false, fault: expect.stringContaining(fault) });
	});
});

describe('the guide of the transforms', () => {
	it('lists every verb', () => {
		const guide = readFileSync(new URL('../../../../transforms/README.md', import.meta.url), 'utf8');
		const table = guide.split('## The command')[1]?.split('\n## ')[0] ?? '';
		const rows = verbs.map(({ form, meaning }) => `| \`${form}\` | ${meaning} |`);
		expect(table.split('\n').filter((line) => line.startsWith('| `'))).toEqual(rows);
	});
});
