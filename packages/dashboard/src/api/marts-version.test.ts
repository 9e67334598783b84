import { expect, it } from 'vitest';
import { martsVersionOf } from './marts-version.js';

it('compares the generation of the marts with that of this version', () => {
	expect([undefined, 0, 10, 11, 12].map((seen) => martsVersionOf(seen, 11))).toEqual([
		'none',
		'earlier',
		'earlier',
		'current',
		'newer',
	]);
	expect([undefined, 11].map((seen) => martsVersionOf(seen, undefined))).toEqual(['none', 'other']);
});
