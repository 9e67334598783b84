import { describe, expect, it } from 'vitest';
import { FairQueue } from './fair-queue.js';
import { MemoryBudget } from './memory-budget.js';
import { senderAddress } from './sender-address.js';

const [one, two, three] = ['198.51.100.1', '198.51.100.2', '198.51.100.3'].map(senderAddress) as [
	ReturnType<typeof senderAddress>,
	ReturnType<typeof senderAddress>,
	ReturnType<typeof senderAddress>,
];

function drained(queue: FairQueue<string>): string[] {
	const items: string[] = [];
	for (let item = queue.next(); item !== undefined; item = queue.next()) items.push(item);
	return items;
}

describe('a fair queue', () => {
	it('a fair queue serves networks in turn, and each network in order', () => {
		const queue = new FairQueue<string>(new MemoryBudget(1_000_000));
		for (const item of ['a1', 'a2', 'a3', 'a4']) queue.add(one, 10, item);
		for (const item of ['b1', 'b2']) queue.add(two, 10, item);
		expect(queue.next()).toBe('a1');
		queue.add(three, 10, 'c1');
		expect(drained(queue)).toEqual(['b1', 'a2', 'c1', 'b2', 'a3', 'a4']);
		expect(queue.isEmpty).toBe(true);
	});

	it('a fair queue treats an IPv6 /48 as one network', () => {
		const queue = new FairQueue<string>(new MemoryBudget(1_000_000));
		for (let i = 0; i < 3; i++) queue.add(senderAddress(`2001:db8:1:${i}::1`), 10, `a${i}`);
		queue.add(two, 10, 'b');
		expect(drained(queue)).toEqual(['a0', 'b', 'a1', 'a2']);
	});

	it('one network may use an eighth of the budget, and all networks together all of it', () => {
		const queue = new FairQueue<string>(new MemoryBudget(80_000));
		const add = (sender: typeof one) => queue.add(sender, 4_000, 'x') !== undefined;
		expect([add(one), add(one), add(one)]).toEqual([true, true, false]);
		expect(add(two)).toBe(true);
		queue.next();
		expect([add(one), add(one)]).toEqual([true, false]);
		const here = senderAddress('127.0.0.1');
		let added = 0;
		while (add(here)) added++;
		expect(added).toBe(14);
		expect(drained(queue)).toHaveLength(17);
		expect(add(one)).toBe(true);
	});

	it('a withdrawn item releases its memory once and is skipped', () => {
		const queue = new FairQueue<string>(new MemoryBudget(40_000));
		const withdraw = queue.add(one, 4_000, 'a1');
		expect(queue.add(one, 4_000, 'a2')).toBeUndefined();
		withdraw?.();
		withdraw?.();
		expect(queue.add(one, 4_000, 'a3')).toBeDefined();
		expect(queue.add(one, 4_000, 'a4')).toBeUndefined();
		expect(drained(queue)).toEqual(['a3']);
	});
});
