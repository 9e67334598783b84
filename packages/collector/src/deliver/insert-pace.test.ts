import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { monotonicNowMs } from '../monotonic-clock.js';
import { InsertPace } from './insert-pace.js';

/** An interval longer than any test, ms. */
const intervalMs = 600_000;

/** Returns whether the next insert may begin immediately. The caller must end the pause. */
async function isFree(pace: InsertPace): Promise<boolean> {
	let free = false;
	void pace.untilNextInsert().then(() => {
		free = true;
	});
	await turnOfTheLoop();
	return free;
}

/** A caller that waits until it is released. */
function waiting(pace: InsertPace) {
	let stop = () => {};
	const work = new Promise<void>((resolve) => {
		stop = resolve;
	});
	const over = pace.expedite(work);
	return async () => {
		stop();
		await over;
	};
}

describe('the pace of inserts', () => {
	it('the first insert begins immediately, and so does one after the interval', async () => {
		const pace = new InsertPace(intervalMs);
		expect(await isFree(pace)).toBe(true);
		pace.inserted(monotonicNowMs() - intervalMs);
		expect(await isFree(pace)).toBe(true);
		pace.inserted(monotonicNowMs());
		expect(await isFree(pace)).toBe(false);
		await waiting(pace)();
	});

	it('expedite() ends the current pause, and pauses resume when its work has settled', async () => {
		const pace = new InsertPace(intervalMs);
		pace.inserted(monotonicNowMs());
		const paused = pace.untilNextInsert();
		const [one, other] = [waiting(pace), waiting(pace)];
		await paused;
		await one();
		expect(await isFree(pace)).toBe(true);
		await other();
		expect(await isFree(pace)).toBe(false);
		await waiting(pace)();
	});
});
