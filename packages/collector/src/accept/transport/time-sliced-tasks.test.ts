import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { PacedWork } from './time-sliced-tasks.js';

it('paced work runs in its order over several turns of the event loop', async () => {
	const paced = new PacedWork(2);
	const done: number[] = [];
	for (let i = 0; i < 20; i++) {
		paced.soon(() => {
			const endMs = performance.now() + 3;
			while (performance.now() < endMs);
			done.push(i);
			if (i === 5) paced.soon(() => done.push(20));
		});
	}
	expect(done).toEqual([]);
	await setImmediate();
	expect(done).toEqual([0]);
	while (done.length < 21) await setImmediate();
	expect(done).toEqual(Array.from({ length: 21 }, (_, i) => i));
});
