import { expect, it } from 'vitest';
import { readSimulateVerb } from './verbs.js';

it('parses one verb, and refuses others with the list of verbs', () => {
	expect(readSimulateVerb(['history'])).toEqual({ ok: true, verb: 'history' });
	expect(readSimulateVerb(['browsers', '3'])).toEqual({ ok: true, verb: 'browsers', count: 3 });
	expect(readSimulateVerb(['browsers', '17'])).toMatchObject({ ok: false, fault: expect.stringContaining('"17"') });
	for (const words of [[], ['historie'], ['history', 'now']]) {
		expect(readSimulateVerb(words)).toMatchObject({
			ok: false,
			fault: expect.stringContaining('footfall simulate history'),
		});
	}
});
