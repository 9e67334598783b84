import { describe, expect, it } from 'vitest';
import { conversionsOf, type Definitions, defaultDefinitions, namedEvents, parseDefinitions } from './index.js';

function definitionsOf(file: unknown): Definitions {
	const parsed = parseDefinitions(JSON.stringify(file), 'd.json');
	if ('faults' in parsed) throw new Error(JSON.stringify(parsed.faults));
	return parsed.definitions;
}

const definitions = definitionsOf({
	goals: {
		signup: { when: { event: 'signup', properties: { plan: 'pro' } }, value: { property: 'price' } },
		either: {
			when: {
				or: [
					{ event: 'a', properties: { x: 1 } },
					{ event: ['b', 'c'], not: { properties: { y: 2 } } },
				],
			},
		},
		others: { when: { event: { starts: 'sign' }, not: { event: 'signout' } } },
		page: { when: { page: '/thanks' } },
		anything: { when: { onPage: '/blog/**' } },
		other_site: { when: { event: 'd' }, sites: ['blog'] },
	},
	funnels: { f: { within: '1h', steps: [{ when: { event: 'signup', properties: { step: 'one' } } }, 'either'] } },
});
const named = (site?: string) =>
	Object.fromEntries(namedEvents(definitions, site).map(({ name, keys }) => [name, [...keys]]));
const goalsOf = (name: string, site?: string) => conversionsOf(definitions, name, site).map((goal) => goal.name);

describe('namedEvents', () => {
	it('has each event that a goal or a step names, with the properties of its conditions', () => {
		expect(named()).toEqual({ signup: ['plan', 'price', 'step'], a: ['x'], b: ['y'], c: ['y'], d: [] });
		expect(namedEvents(defaultDefinitions).map(({ name }) => name)).toEqual(['click', 'order', 'view']);
	});

	it('leaves out what is of other sites', () => {
		expect(Object.keys(named('app'))).toEqual(['signup', 'a', 'b', 'c']);
		expect(Object.keys(named('blog'))).toContain('d');
	});
});

describe('conversionsOf', () => {
	it.each([
		['signup', ['signup', 'others']],
		['signin', ['others']],
		['signout', []],
		['a', ['either']],
		['view', ['page']],
		['d', ['other_site']],
		['e', []],
	])('has the goals that an event %s can reach', (name, goals) => {
		expect(goalsOf(name)).toEqual(goals);
	});

	it('leaves out the goals of other sites', () => {
		expect(goalsOf('d', 'app')).toEqual([]);
	});
});
