import { expect, it } from 'vitest';
import { Turns } from './turns.js';

it('gives turns in the order in which they are asked for', () => {
	const turns = new Turns(3);
	expect([turns.next(), turns.next()]).toEqual([0, 1]);
	turns.add(1);
	turns.add(0);
	expect(turns.length).toBe(3);
	expect([turns.next(), turns.next(), turns.next(), turns.length]).toEqual([2, 1, 0, 0]);
});
