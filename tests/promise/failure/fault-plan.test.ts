import { Draws } from '@footfall/random';
import { describe, expect, it } from 'vitest';
import { drawConnectionFault } from './connection-fault.js';
import { drawFaultPlan } from './fault-plan.js';

const counts = { collectors: 3, collectorKills: 100, clickhouseKills: 20, outageSeconds: 120, upMsMax: 8_000 };

const connectionFaults = (seed: number) => {
	const random = new Draws(seed);
	return Array.from({ length: 1_000 }, () => drawConnectionFault(random));
};

describe('the faults', () => {
	it('follow from the seed', () => {
		expect(drawFaultPlan(7, counts)).toEqual(drawFaultPlan(7, counts));
		expect(drawFaultPlan(7, counts)).not.toEqual(drawFaultPlan(8, counts));
		expect(connectionFaults(7)).toEqual(connectionFaults(7));
		expect(connectionFaults(7)).not.toEqual(connectionFaults(8));
	});

	it('are as many as requested', () => {
		const { collectors, clickhouse } = drawFaultPlan(7, counts);
		expect(collectors.flat().length).toBe(100);
		expect(clickhouse.filter(({ downMs }) => downMs === 120_000).length).toBe(1);
		expect(clickhouse.length).toBe(21);
		expect(drawFaultPlan(7, { ...counts, outageSeconds: 0 }).clickhouse.length).toBe(20);
	});

	it('of connections are of every kind', () => {
		expect([...new Set(connectionFaults(7).map(({ kind }) => kind))].toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
			'answer-cut',
			'answer-lost',
			'answer-then-reset',
			'late',
			'none',
			'request-cut',
			'request-ended',
			'silence',
		]);
	});
});
