import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { monotonicNowMs } from '../../monotonic-clock.js';
import { FairScheduler } from './fair-scheduler.js';
import { MemoryBudget } from './memory-budget.js';
import { senderAddress } from './sender-address.js';

const flooder = senderAddress('198.51.100.1');
const page = senderAddress('198.51.100.2');

/** Work that takes longer than a time slice. */
function work(): void {
	const endMs = monotonicNowMs() + 3;
	while (monotonicNowMs() < endMs);
}

it('the scheduler serves another network after one item of a network with many waiting items', async () => {
	const scheduler = new FairScheduler(2, new MemoryBudget(8_000_000));
	const done: string[] = [];
	expect(scheduler.hasTimeFor(flooder)).toBe(true);
	scheduler.runNow(work);
	for (let i = 0; i < 50; i++) {
		expect(scheduler.hasTimeFor(flooder)).toBe(false);
		scheduler.enqueue(flooder, 100, () => {
			work();
			done.push('flooder');
		});
	}
	expect(scheduler.hasTimeFor(page)).toBe(false);
	scheduler.enqueue(page, 100, () => void done.push('page'));
	await setImmediate();
	// The first item has used up the time slice. The next iteration has its own time budget, for networks without
	// waiting input.
	expect(done).toEqual(['flooder']);
	expect([scheduler.hasTimeFor(flooder), scheduler.hasTimeFor(senderAddress('198.51.100.3'))]).toEqual([false, true]);
	while (done.length < 51) await setImmediate();
	expect(done.indexOf('page')).toBe(1);
	expect(scheduler.hasTimeFor(flooder)).toBe(true);
});

it('the scheduler gives the answer to one item before it runs the next one, in the same iteration', async () => {
	const scheduler = new FairScheduler(1_000, new MemoryBudget(8_000_000));
	const seen: string[] = [];
	for (const name of ['first', 'second']) {
		const checked = new Promise<void>((resolve) => {
			scheduler.enqueue(flooder, 100, () => {
				seen.push(`${name} checked`);
				resolve();
			});
		});
		void checked.then(() => seen.push(`${name} answered`));
	}
	await setImmediate();
	await setImmediate();
	expect(seen).toEqual(['first checked', 'first answered', 'second checked', 'second answered']);
});

it('the scheduler reports an exhausted memory budget', () => {
	const scheduler = new FairScheduler(2, new MemoryBudget(80_000));
	const enqueue = () => scheduler.enqueue(flooder, 4_000, () => {});
	expect([enqueue(), enqueue(), enqueue()]).toEqual([true, true, false]);
});

it('the scheduler counts the time of work that throws, and rethrows the error', () => {
	const scheduler = new FairScheduler(2, new MemoryBudget(80_000));
	expect(() =>
		scheduler.runNow(() => {
			work();
			throw new Error('no');
		}),
	).toThrow('no');
	expect(scheduler.hasTimeFor(page)).toBe(false);
});
