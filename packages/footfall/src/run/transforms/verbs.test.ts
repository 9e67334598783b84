import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { transformsOptions } from '../../settings/option-groups.js';
import { readVerb, unreadOptions, verbs } from './verbs.js';

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

describe('unreadOptions', () => {
	const origins = (given: object) =>
		({ ...Object.fromEntries(transformsOptions.map((name) => [name, 'default'])), ...given }) as Parameters<
			typeof unreadOptions
		>[1];

	it.each(['build', 'run', 'plan', 'restate', 'verify'] as const)('refuses a selection of models in %s', (verb) => {
		for (const origin of ['flag', 'environment', 'file'])
			expect(unreadOptions(verb, origins({ select: origin, exclude: origin }), false)).toEqual([
				`transforms ${verb} does not take --select, because all models are computed and published together; remove it, or use it with transforms test, transforms ls, transforms compile, transforms lineage, transforms docs`,
				expect.stringContaining(`transforms ${verb} does not take --exclude`),
			]);
	});

	it('refuses the flag of an option that only other verbs read, and ignores its variable', () => {
		expect(unreadOptions('runs', origins({ maxAge: 'flag' }), false)).toEqual([
			'transforms runs does not take --max-age; remove it, or use it with transforms freshness',
		]);
		expect(unreadOptions('runs', origins({ maxAge: 'environment', limit: 'flag', json: 'flag' }), false)).toEqual([]);
	});

	it('refuses the options of a single run with --watch', () => {
		expect(unreadOptions('build', origins({ watch: 'flag', fullRefresh: 'flag' }), true)).toEqual([
			'--watch does not take --full-refresh; run transforms build with it once, then --watch',
		]);
		expect(unreadOptions('build', origins({ watch: 'flag', transformSeconds: 'flag' }), true)).toEqual([]);
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
