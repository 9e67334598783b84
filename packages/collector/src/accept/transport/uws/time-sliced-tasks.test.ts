import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { monotonicNowMs } from '../../../monotonic-clock.js';
import { TimeSlicedTasks } from './time-sliced-tasks.js';

it('time-sliced tasks run in order over several iterations of the event loop', async () => {
	const paced = new TimeSlicedTasks(2);
	const done: number[] = [];
	for (let i = 0; i < 20; i++) {
		paced.add(() => {
			const endMs = monotonicNowMs() + 3;
			while (monotonicNowMs() < endMs);
			done.push(i);
			if (i === 5) paced.add(() => done.push(20));
		});
	}
	expect(done).toEqual([]);
	await setImmediate();
	expect(done).toEqual([0]);
	while (done.length < 21) await setImmediate();
	expect(done).toEqual(Array.from({ length: 21 }, (_, i) => i));
});
