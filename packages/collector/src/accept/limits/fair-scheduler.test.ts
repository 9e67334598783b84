import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { FairTurns } from './fair-scheduler.js';
import { SharedRoom } from './memory-budget.js';
import { senderAddress } from './sender-address.js';

const flooder = senderAddress('198.51.100.1');
const page = senderAddress('198.51.100.2');

/** Work that takes longer than a turn. */
function work(): void {
	const endMs = performance.now() + 3;
	while (performance.now() < endMs);
}

it('serves another network after one item of a network that has many waiting', async () => {
	const turns = new FairTurns(2, new SharedRoom(8_000_000));
	const done: string[] = [];
	expect(turns.isOpenTo(flooder)).toBe(true);
	turns.now(work);
	for (let i = 0; i < 50; i++) {
		expect(turns.isOpenTo(flooder)).toBe(false);
		turns.later(flooder, 100, () => {
			work();
			done.push('flooder');
		});
	}
	expect(turns.isOpenTo(page)).toBe(false);
	turns.later(page, 100, () => void done.push('page'));
	await setImmediate();
	// One item has used up the turn. The next item has its own time budget, for networks that have nothing waiting.
	expect(done).toEqual(['flooder']);
	expect([turns.isOpenTo(flooder), turns.isOpenTo(senderAddress('198.51.100.3'))]).toEqual([false, true]);
	while (done.length < 51) await setImmediate();
	expect(done.indexOf('page')).toBe(1);
	expect(turns.isOpenTo(flooder)).toBe(true);
});

it('reports when there is no room', () => {
	const turns = new FairTurns(2, new SharedRoom(80_000));
	const later = () => turns.later(flooder, 4_000, () => {});
	expect([later(), later(), later()]).toEqual([true, true, false]);
});

it('counts the time of work that throws, and rethrows the error', () => {
	const turns = new FairTurns(2, new SharedRoom(80_000));
	expect(() =>
		turns.now(() => {
			work();
			throw new Error('no');
		}),
	).toThrow('no');
	expect(turns.isOpenTo(page)).toBe(false);
});
