import { expect, it } from 'vitest';
import { BodyPace } from './body-pace.js';

it('a body has ten seconds for each 160 KiB', () => {
	const pace = new BodyPace(0);
	pace.received(100_000, 9_000);
	expect([pace.isTooSlow(9_999), pace.isTooSlow(10_000)]).toEqual([false, true]);
	pace.received(63_840, 9_999);
	expect([pace.isTooSlow(19_998), pace.isTooSlow(19_999)]).toEqual([false, true]);
});
