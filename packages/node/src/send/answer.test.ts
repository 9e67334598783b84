import { describe, expect, it } from 'vitest';
import { readAnswer } from './answer.js';
import { retryWaitMs } from './retry-wait.js';

const read = (status: number, body: unknown, count = 3) =>
	readAnswer(status, typeof body === 'string' ? body : JSON.stringify(body), count);

describe('an answer of the collector', () => {
	it('settles every event of a list, the rejected ones with the words of the report', () => {
		const fault = { field: 'currency', message: 'is missing' };
		const errors = [{ index: 1, outcome: 'invalid', errors: [fault] }];
		expect(read(207, { outcome: 'partly-stored', stored: 2, rejected: 1, errors, errorsOmitted: 0 })).toEqual({
			kind: 'settled',
			verdicts: [
				{ kind: 'stored' },
				{ kind: 'refused', code: 'invalid', message: 'currency: is missing' },
				{ kind: 'stored' },
			],
			unknownFields: [],
		});
		expect(read(200, { outcome: 'stored', stored: 3, unknownFields: ['order_id'] })).toEqual({
			kind: 'settled',
			verdicts: Array(3).fill({ kind: 'stored' }),
			unknownFields: ['order_id'],
		});
	});

	it('is no answer for the events when it is not of a collector, or asks to come back', () => {
		for (const [status, body] of [
			[502, '<html>'],
			[200, 'ok'],
			[301, ''],
			[404, '{"error":"no route"}'],
			[200, 'null'],
		] as const)
			expect(read(status, body)).toMatchObject({ kind: 'retry', afterMs: undefined });
		const later = { outcome: 'retry-later', events: 0, retryAfterMs: 2_000 };
		expect(read(503, later)).toEqual({ kind: 'retry', afterMs: 2_000, why: 'it answered retry-later' });
	});

	it('refuses all events of a body that is refused as a whole, and splits one that is too large', () => {
		const unknown = { outcome: 'unknown-site', title: 'The site key is not configured.', status: 403 };
		expect(read(403, unknown, 1)).toMatchObject({
			verdicts: [{ kind: 'refused', code: 'unknown-site', message: 'The site key is not configured.' }],
		});
		const large = { outcome: 'too-large', detail: 'at most 1048576 bytes are allowed' };
		expect(read(413, large)).toEqual({ kind: 'split' });
		expect(read(413, large, 1)).toMatchObject({ verdicts: [{ kind: 'refused', code: 'too-large' }] });
	});
});

describe('the wait before the next attempt', () => {
	it('doubles up to 30 s, is never shorter than asked for, and spreads by a quarter', () => {
		expect([1, 2, 3, 9, 4_000].map((failures) => retryWaitMs(failures, undefined, 0))).toEqual([
			500, 1_000, 2_000, 30_000, 30_000,
		]);
		expect(retryWaitMs(1, 15_000, 0)).toBe(15_000);
		expect(retryWaitMs(1, 1e12, 0)).toBe(30_000);
		expect(retryWaitMs(1, undefined, 0.5)).toBe(562.5);
	});
});
