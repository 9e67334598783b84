import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { InsertPace } from './insert-pace.js';

/** Longer than any test. */
const intervalMs = 600_000;

/** Whether the next insert may begin at once; whoever asks has to end the pause. */
async function isFree(pace: InsertPace): Promise<boolean> {
	let free = false;
	void pace.turn().then(() => {
		free = true;
	});
	await turnOfTheLoop();
	return free;
}

/** Somebody who waits, until told. */
function waiting(pace: InsertPace) {
	let stop = () => {};
	const work = new Promise<void>((resolve) => {
		stop = resolve;
	});
	const over = pace.hurry(work);
	return async () => {
		stop();
		await over;
	};
}

describe('the pace of inserts', () => {
	it('lets the first begin at once, and one that is late enough', async () => {
		const pace = new InsertPace(intervalMs);
		expect(await isFree(pace)).toBe(true);
		pace.made(performance.now() - intervalMs);
		expect(await isFree(pace)).toBe(true);
		pace.made(performance.now());
		expect(await isFree(pace)).toBe(false);
		await waiting(pace)();
	});

	it('makes no pause while anybody waits, ends the one under way, and makes them again', async () => {
		const pace = new InsertPace(intervalMs);
		pace.made(performance.now());
		const paused = pace.turn();
		const [one, other] = [waiting(pace), waiting(pace)];
		await paused;
		await one();
		expect(await isFree(pace)).toBe(true);
		await other();
		expect(await isFree(pace)).toBe(false);
		await waiting(pace)();
	});
});
