import { describe, expect, it } from 'vitest';
import { Turns } from './turns.js';

describe('turns', () => {
	it('lets so many work at once, then one for each that is done, and turns away who finds the line full', async () => {
		const turns = new Turns(2, 1);
		expect(await Promise.all([turns.take(), turns.take()])).toEqual([true, true]);
		let isIn = false;
		const third = turns.take().then((is) => {
			isIn = is;
		});
		expect(await turns.take()).toBe(false);
		expect(isIn).toBe(false);
		turns.give();
		await third;
		expect(isIn).toBe(true);
		turns.give();
		turns.give();
		expect(await Promise.all([turns.take(), turns.take()])).toEqual([true, true]);
	});
});
