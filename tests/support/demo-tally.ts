import { expect } from 'vitest';

/**
 * Expects the last line of the demo to account for every event: sent, acknowledged, in the raw table and in the marts
 * once, and for the money of the orders.
 *
 * @returns the parsed line
 */
export function expectCompleteTally(stdout: string): { revenue: Record<string, string> } {
	const tally = JSON.parse(stdout.trimEnd().split('\n').at(-1) as string);
	expect(Object.keys(tally)).toEqual([
		...['sent', 'acked', 'raw', 'marts', 'lost', 'duplicated', 'revenue', 'revenueSent', 'eventToMartMs'],
	]);
	expect(tally.sent).toBeGreaterThan(10);
	expect(tally.eventToMartMs.p99).toBeGreaterThan(0);
	expect(tally).toMatchObject({ acked: tally.sent, raw: tally.sent, marts: tally.sent, lost: 0, duplicated: 0 });
	expect(tally.revenue).toEqual(tally.revenueSent);
	expect(stdout).toMatch(/^tracked \d+, acked \d+ \| raw \d+, marts \d+ \| sessions \d+, dau \d+/m);
	return tally;
}
