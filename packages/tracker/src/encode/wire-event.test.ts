import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { wireEvent } from './wire-event.js';

const startMs = 1_700_000_000_000;

beforeEach(() => {
	vi.useFakeTimers({ now: startMs, toFake: ['Date'] });
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
