import { describe, expect, it } from 'vitest';
import type { Appended } from '../../wal/commit-group.js';
import { RecentBatches } from './recent-batches.js';

describe('recent batches', () => {
	it('the oldest batches are forgotten above the limit', () => {
		const recent = new RecentBatches(2);
		for (const name of ['a', 'b', 'c']) recent.add(name, Promise.resolve('durable'));
		expect(recent.get('a')).toBeUndefined();
		expect(recent.get('b')).toBeDefined();
	});

	it('batches that were not kept are forgotten, so that they can be resent', async () => {
		const recent = new RecentBatches(2);
		let settle: (appended: Appended) => void = () => {};
		recent.add('a', new Promise((resolve) => (settle = resolve)));
		expect(recent.get('a')).toBeDefined();
		settle('failing');
		await Promise.resolve();
		expect(recent.get('a')).toBeUndefined();
	});
});
