import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Condition, conditionSql, matches } from '../index.js';
import { arbitraryCondition, hostileTexts } from '../testing/index.js';

describe('conditionSql', () => {
	it.each<[Condition, string]>([
		[{ kind: 'event', is: { op: 'equal', texts: ['signup'] } }, "(name = 'signup')"],
		[{ kind: 'object', is: { op: 'equal', texts: ['page', 'product'] } }, "(obj IN ('page', 'product'))"],
		[{ kind: 'objectId', is: { op: 'starts', text: 'a b' } }, "startsWith(target, 'a b')"],
		[{ kind: 'page', patterns: ['/a', '/b'] }, "(is_page_view AND (path IN ('/a', '/b')))"],
		[
			{ kind: 'onPage', patterns: ['/blog/*', '/'] },
			"((path = '/') OR match(path, '\\x5E/blog/\\x5B\\x5E/\\x5D\\x2A\\x24'))",
		],
		[{ kind: 'onPage', patterns: ['/a/**'] }, "startsWith(path, '/a/')"],
		[{ kind: 'onPage', patterns: ['**/b', '**'] }, "(endsWith(path, '/b') OR startsWith(path, ''))"],
		[
			{ kind: 'onPage', patterns: ['**/*'] },
			"match(path, '\\x5E\\x5B\\x5Cs\\x5CS\\x5D\\x2A/\\x5B\\x5E/\\x5D\\x2A\\x24')",
		],
		[{ kind: 'source', sources: ['server'] }, "(source = 'server')"],
		[{ kind: 'amount', is: { op: 'atLeast', number: 19.99 } }, "(amount >= toDecimal64('19.9900', 4))"],
		[
			{ kind: 'property', property: 'plan', is: { op: 'equal', texts: ['', 'x'] } },
			"(mapContains(props, 'plan') AND (props['plan'] IN ('', 'x')))",
		],
		[{ kind: 'property', property: 'k', is: { op: 'exists', exists: false } }, "(NOT mapContains(props, 'k'))"],
		[{ kind: 'and', conditions: [] }, 'true'],
		[{ kind: 'or', conditions: [] }, 'false'],
		[
			{ kind: 'not', condition: { kind: 'event', is: { op: 'contains', text: '{{a}}' } } },
			"(NOT (position(name, '\\x7B\\x7Ba\\x7D\\x7D') > 0))",
		],
	])('of %j is readable', (condition, sql) => {
		expect(conditionSql(condition)).toBe(sql);
	});

	it('escapes all but a few characters of ASCII', () => {
		fc.assert(
			fc.property(fc.oneof(arbitraryCondition, hostile), (condition) => {
				// Without its literals, a statement has nothing that a sender of a definition chose.
				const rest = conditionSql(condition).replaceAll(
					/'(?:-?[\d.]+|(?:[\w ./:@\u0080-\uffff]|\\x[0-9A-F]{2})*)'/g,
					'text',
				);
				expect(rest).toMatch(/^[\w (),=<>[\]]*$/);
			}),
			{ numRuns: 3_000 },
		);
	});

	it.each([Number.NaN, Number.POSITIVE_INFINITY, -1.1e12])('refuses the number %d, as matches does', (number) => {
		const condition: Condition = { kind: 'amount', is: { op: 'less', number } };
		const event = { name: '', obj: '', obj_id: '', path: '', props: {}, amount: 0, source: 'page' } as const;
		expect(() => conditionSql(condition)).toThrow(RangeError);
		expect(() => matches(condition, event)).toThrow(RangeError);
	});
});

const hostile = fc
	.tuple(fc.constantFrom(...hostileTexts), fc.constantFrom(...hostileTexts))
	.map(
		([property, text]): Condition => ({ kind: 'property', property, is: { op: 'contains', text: text + property } }),
	);
