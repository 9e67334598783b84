import { expect, it } from 'vitest';
import { readSimulateVerb } from './verbs.js';

it('reads one verb, and says what it could have been', () => {
	expect(readSimulateVerb(['history'])).toEqual({ ok: true, verb: 'history' });
	for (const words of [[], ['historie'], ['history', 'now']]) {
		expect(readSimulateVerb(words)).toMatchObject({
			ok: false,
			fault: expect.stringContaining('footfall simulate history'),
		});
	}
});
