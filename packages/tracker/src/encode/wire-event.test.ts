import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const startMs = 1_700_000_000_000;

let wireEvent: typeof import('./wire-event.js').wireEvent;
beforeEach(async () => {
	vi.useFakeTimers({ now: startMs, toFake: ['Date', 'performance'] });
	// Other files have run the clock, to which this time would be one that was set back.
	vi.resetModules();
	({ wireEvent } = await import('./wire-event.js'));
});
afterEach(() => {
	vi.useRealTimers();
});

describe('wireEvent', () => {
	it('leaves out trailing elements that have their default, and no other elements', () => {
		const wire = (fields: object, props = {}) => wireEvent({ name: 'n', ...fields }, props);
		expect(wire({})).toEqual([startMs, 0, 'n']);
		expect(wire({ objId: 'x' })).toEqual([startMs, 0, 'n', '', 'x']);
		expect(wire({ obj: 'o', currency: 'EUR' }, {})).toEqual([startMs, 0, 'n', 'o', '', 0, 0, 'EUR']);
		expect(wire({}, { a: 0 })).toEqual([startMs, 0, 'n', '', '', 0, 0, '', { a: '0' }]);
	});
});
