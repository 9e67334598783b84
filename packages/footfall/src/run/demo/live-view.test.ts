import { describe, expect, it } from 'vitest';
import { liveView, plainLine, terminalLines } from './live-view.js';

const counts = { raw: 7, marts: 6, sessions: 3, dau: 2, wau: 2, mau: 2, orders: 1, revenue: '110.50 EUR, 20.00 GBP' };

describe('liveView', () => {
	it('prints one line where stdout is not a terminal', () => {
		expect(plainLine({ tracked: 9, acked: 8, counts })).toBe(
			'tracked 9, acked 8 | raw 7, marts 6 | sessions 3, dau 2, wau 2, mau 2, orders 1, revenue 110.50 EUR, 20.00 GBP',
		);
		expect(plainLine({ tracked: 9, acked: 8, counts: undefined })).toBe(
			'tracked 9, acked 8; ClickHouse does not answer',
		);
		expect(plainLine({ tracked: 9, acked: undefined, counts: undefined })).toMatch(/^tracked 9, acked –;/);
	});

	it('draws over its last drawing on a terminal', () => {
		const printed: string[] = [];
		const view = liveView((line) => printed.push(line), true);
		view({ tracked: 1, acked: 1, counts });
		view({ tracked: 2, acked: 1, counts: undefined });
		const lines = terminalLines({ tracked: 1, acked: 1, counts }).length;
		expect(printed[0]).not.toContain('\u001b');
		expect(printed[1]?.startsWith(`\u001b[${lines}F\u001b[J`)).toBe(true);
		expect(printed[1]).toContain('raw events –');
	});
});
