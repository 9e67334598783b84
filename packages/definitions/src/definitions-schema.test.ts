import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { conditionJson, definitionsSchema, parseDefinitions } from './index.js';
import { arbitraryCondition } from './testing/index.js';

const schema = z.fromJSONSchema(definitionsSchema() as Parameters<typeof z.fromJSONSchema>[0]);
const isValid = (file: unknown) => schema.safeParse(file).success;
const isAccepted = (file: unknown) => 'definitions' in parseDefinitions(JSON.stringify(file), 'd.json');
const goal = (when: unknown, others = {}) => ({ goals: { a: { when, ...others } } });

const accepted = [
	{},
	{ $schema: './definitions.schema.json', goals: {}, funnels: {}, experiments: {} },
	goal(
		{ event: ['a', 'b'], object: { starts: 'x', ends: 'y' }, objectId: 'z' },
		{ title: 'A', value: 'none', sites: ['shop'] },
	),
	goal({ page: ['/a', '/b/**'] }, { value: { property: 'price' } }),
	goal({ properties: { a: 5, b: true, c: ['x', 5, false], d: { atLeast: 1, less: 9.5 }, e: { exists: false } } }),
	goal({
		onPage: '/x',
		amount: { greater: 0 },
		source: ['page', 'server'],
		not: { or: [{ event: 'x' }, { and: [{ event: 'y' }] }] },
	}),
	{
		funnels: {
			f: { title: 'F', within: '90d', steps: ['order', { goal: 'checkout', title: 'T' }, { when: { event: 'x' } }] },
		},
	},
	{ experiments: { e: { key: 'k', goal: 'order' } } },
];
const refused = [
	[],
	{ gaols: {} },
	goal({}),
	goal({ evnt: 'x' }),
	goal({ event: 5 }),
	goal({ event: [] }),
	goal({ event: 'x'.repeat(65) }),
	goal({ properties: { a: null } }),
	goal({ properties: { a: { atleast: 5 } } }),
	goal({ amount: '5' }),
	goal({ amount: 2e12 }),
	goal({ source: 'browser' }),
	goal({ and: [] }),
	goal({ not: { not: {} } }),
	goal({ event: 'x' }, { value: 'amuont' }),
	goal({ event: 'x' }, { sites: [] }),
	{ goals: { 'Sign-Up': { when: { event: 'x' } } } },
	{ goals: { a: {} } },
	{ funnels: { f: { within: '1w', steps: ['order', 'checkout'] } } },
	{ funnels: { f: { within: '1d', steps: ['order'] } } },
	{ experiments: { e: { key: 'k' } } },
];

describe('definitionsSchema', () => {
	it('accepts what the parser accepts', () => {
		expect(accepted.filter((file) => !isAccepted(file) || !isValid(file))).toEqual([]);
		let both = 0;
		fc.assert(
			fc.property(arbitraryCondition, (condition) => {
				const file = goal(conditionJson(condition));
				if (!isAccepted(file)) return;
				both++;
				expect(isValid(file)).toBe(true);
			}),
			{ numRuns: 1_000 },
		);
		expect(both).toBeGreaterThan(100);
	});

	it('refuses misspelt keys, other types, and what is out of range', () => {
		expect(refused.filter((file) => isAccepted(file) || isValid(file))).toEqual([]);
	});
});
