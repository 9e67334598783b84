import { describe, expect, it } from 'vitest';
import { type ListedOrder, listOf } from './order-sql.js';

const row = (parts: Partial<ListedOrder> = {}): ListedOrder => ({
	...{ site: 'shop', order_id: 'A-1', isText: 1, days: [20_000], reports: '1', kinds: [] },
	...parts,
});

describe('the list of changed orders in the statements of a run', () => {
	it('quotes sites and ids', () => {
		expect(listOf([row(), row({ site: "o'shop", order_id: '\\' })])).toBe("(('shop', 'A-1'), ('o\\'shop', '\\\\'))");
	});

	it('gives way to a table for more orders than a statement may list, and for ids that are long or no text', () => {
		const rows = (count: number) => Array.from({ length: count }, () => row());
		expect(listOf(rows(500))).toBeDefined();
		expect(listOf(rows(501))).toBeUndefined();
		expect(listOf([row({ order_id: 'x'.repeat(70_000) })])).toBeUndefined();
		expect(listOf([row(), row({ isText: 0 })])).toBeUndefined();
	});
});
