import { describe, expect, it } from 'vitest';
import { Semaphore } from './semaphore.js';

describe('the semaphore', () => {
	it('grants its permits, passes a released one to the queue, and refuses when the queue is full', async () => {
		const semaphore = new Semaphore(2, 1);
		expect(await Promise.all([semaphore.acquire(), semaphore.acquire()])).toEqual([true, true]);
		let hasPermit = false;
		const third = semaphore.acquire().then((granted) => {
			hasPermit = granted;
		});
		expect(await semaphore.acquire()).toBe(false);
		expect(hasPermit).toBe(false);
		semaphore.release();
		await third;
		expect(hasPermit).toBe(true);
		semaphore.release();
		semaphore.release();
		expect(await Promise.all([semaphore.acquire(), semaphore.acquire()])).toEqual([true, true]);
	});
});
