import { describe, expect, it } from 'vitest';
import { compileOrThrow } from '../compile/compile.js';
import { fewEvents } from './few-events.js';

const project = compileOrThrow();
/** The definitions that are there by default have no experiments. */
const undefinedModels = ['experiment_visitors'];
const decided = (days: number[], known: string, isAll = false) => {
	const { idle, uncertain, fresh } = fewEvents(project, { days: [days], known: [known] }, isAll);
	return { idle: [...idle], uncertain: [...uncertain], fresh: [...fresh] };
};

describe('the models of few events', () => {
	it('are not computed by a run without such events and without visitors who have sent some', () => {
		expect(decided([], '0')).toEqual({
			idle: [...undefinedModels, 'stg_order_reports', 'int_order_reports'],
			uncertain: [],
			fresh: [],
		});
	});

	it('are compared where only visitors who have sent such events have others', () => {
		expect(decided([], '2')).toEqual({
			idle: [...undefinedModels, 'stg_order_reports'],
			uncertain: ['int_order_reports'],
			fresh: [],
		});
	});

	it('are computed by a run with such events, and by one that re-reads a visitor', () => {
		expect(decided([20_000], '1')).toEqual({ idle: undefinedModels, uncertain: [], fresh: [] });
		expect(decided([], '0', true)).toEqual({ idle: undefinedModels, uncertain: [], fresh: [] });
	});

	it('have new rows only where their visitors have no known ones, on the days of the new events', () => {
		const fresh = [['int_order_reports', [{ from: 20_000, to: 20_001 }]]];
		expect(decided([20_001, 20_000], '0')).toEqual({ idle: undefinedModels, uncertain: [], fresh });
	});
});
