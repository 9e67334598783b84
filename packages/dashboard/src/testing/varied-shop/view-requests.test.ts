import { describe, expect, it } from 'vitest';
import { readScope } from '../../api/scope.js';
import { choiceNames } from '../../contract/choices.js';
import { viewDefinitions, viewNames } from '../../contract/views.js';
import { viewRequests } from './view-requests.js';

const requests = viewRequests();
const ofView = (view: string) => requests.filter((request) => request.view === view);

describe('the requests that the benchmark measures', () => {
	it.each(viewNames)('have %s, with each of its parameters, and with a filter where filters apply', (view) => {
		const { chooses = [], filterEffect, isLive = false } = viewDefinitions[view];
		const parameters = ofView(view).map((request) => request.parameters);
		expect(parameters).toContainEqual({});
		for (const name of chooses) {
			const values = parameters.map((each) => each[name]).filter((value) => value !== undefined);
			expect(new Set(values).size, name).toBeGreaterThan(1);
		}
		const isFiltered = (each: object) => 'device' in each;
		expect(parameters.filter(isFiltered).length).toBe(filterEffect === 'none' ? 0 : parameters.length / 2);
		expect(ofView(view).some(({ isWhole }) => isWhole)).toBe(!isLive);
	});

	it('have no parameter that the API refuses', () => {
		for (const { view, parameters } of requests) {
			const query = new URLSearchParams({ site: 'shop', from: '2026-01-01', to: '2026-01-30', ...parameters });
			expect(readScope(query, viewDefinitions[view].chooses)).toMatchObject({ ok: true });
		}
	});

	it('have every choice of the contract, and other names for other parameters', () => {
		const measured = new Set(requests.flatMap(({ parameters }) => Object.keys(parameters)));
		expect([...measured]).toEqual(expect.arrayContaining([...choiceNames]));
		expect(new Set(requests.map(({ view, name }) => `${view} ${name}`)).size).toBe(requests.length);
	});

	it('have a view that is new', () => {
		const added = { title: 'New', description: '', filterEffect: 'sessions', chooses: ['goal'] } as const;
		const names = viewRequests({ ...viewDefinitions, added }).filter(({ view }) => String(view) === 'added');
		expect(names.map(({ name }) => name)).toEqual([
			'',
			'goal=product',
			'goal=large_order',
			'device=mobile',
			'goal=product, device=mobile',
			'goal=large_order, device=mobile',
		]);
	});
});
