import { expect, it } from 'vitest';
import { simulateOptions } from '../../settings/option-groups.js';
import type { Origin } from '../../settings/read-settings.js';
import { readSimulateVerb, unreadOptions } from './verbs.js';

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

it('refuses the flags that a verb does not read, and no variables, which may hold options of other verbs', () => {
	const origins = (given: Partial<Record<(typeof simulateOptions)[number], Origin>>) => ({
		...(Object.fromEntries(simulateOptions.map((name) => [name, 'default'])) as Record<
			(typeof simulateOptions)[number],
			Origin
		>),
		...given,
	});
	expect(unreadOptions('history', origins({ transport: 'flag', seed: 'flag', out: 'flag' }))).toEqual([
		'simulate history does not take --transport; remove it, or use it with simulate live',
	]);
	expect(unreadOptions('browsers', origins({ dau: 'flag', from: 'environment', seconds: 'flag' }))).toEqual([
		'simulate browsers does not take --dau; remove it, or use it with simulate history, simulate live',
	]);
	expect(unreadOptions('live', origins({ data: 'flag', rps: 'flag' }))).toEqual([]);
});
