import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readVerb, verbs } from './verbs.js';

describe('readVerb', () => {
	it('builds when nothing is said', () => {
		expect(readVerb([])).toEqual({ ok: true, verb: 'build', operand: undefined });
		expect(readVerb(['show', 'sessions'])).toEqual({ ok: true, verb: 'show', operand: 'sessions' });
	});

	it.each([
		[['buidl'], '"buidl" is no verb of transforms'],
		[['graph'], '"graph" is now "lineage": footfall transforms lineage'],
		[['show'], 'show needs to know which: footfall transforms show MODEL'],
		[['ls', 'sessions'], '"sessions" is too much; write footfall transforms ls'],
		[['show', 'a', 'b'], '"b" is too much; write footfall transforms show MODEL'],
		[['rollback', 'yesterday'], '"yesterday" is no number of a run'],
	])('says what is wrong with %j', (operands, fault) => {
		expect(readVerb(operands)).toEqual({ ok: false, fault: expect.stringContaining(fault) });
	});
});

describe('the guide of the transforms', () => {
	it('lists every verb', () => {
		const guide = readFileSync(new URL('../../../transforms/README.md', import.meta.url), 'utf8');
		const table = guide.split('## The command')[1]?.split('\n## ')[0] ?? '';
		const rows = verbs.map(({ form, meaning }) => `| \`${form}\` | ${meaning} |`);
		expect(table.split('\n').filter((line) => line.startsWith('| `'))).toEqual(rows);
	});
});
