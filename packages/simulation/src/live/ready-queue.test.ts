import { expect, it } from 'vitest';
import { ReadyQueue } from './ready-queue.js';

it('ReadyQueue returns indices in the order in which they were added', () => {
	const queue = new ReadyQueue(3);
	expect([queue.next(), queue.next()]).toEqual([0, 1]);
	queue.add(1);
	queue.add(0);
	expect(queue.length).toBe(3);
	expect([queue.next(), queue.next(), queue.next(), queue.length]).toEqual([2, 1, 0, 0]);
});
