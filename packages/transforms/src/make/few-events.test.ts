import { describe, expect, it } from 'vitest';
import { compileOrThrow } from '../compile/compile.js';
import { fewEvents } from './few-events.js';

const project = compileOrThrow();
const decided = (found: string, known: string, isAll = false) => {
	const { idle, uncertain } = fewEvents(project, [found], { isAll, known: [known] });
	return { idle: [...idle], uncertain: [...uncertain] };
};

describe('the models of few events', () => {
	it('are not computed by a run without such events and without visitors who have sent some', () => {
		expect(decided('0', '0')).toEqual({ idle: ['stg_order_reports', 'int_order_reports'], uncertain: [] });
	});

	it('are compared where only visitors who have sent such events have others', () => {
		expect(decided('0', '2')).toEqual({ idle: ['stg_order_reports'], uncertain: ['int_order_reports'] });
	});

	it('are computed by a run with such events, and by one that re-reads a visitor', () => {
		expect(decided('1', '0')).toEqual({ idle: [], uncertain: [] });
		expect(decided('0', '0', true)).toEqual({ idle: [], uncertain: [] });
	});
});
