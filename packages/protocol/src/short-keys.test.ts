import { afterEach, describe, expect, it, vi } from 'vitest';
import { checkBatch, decodeBatch } from './decode.js';
import { encode, type WireBatch } from './index.js';

const letters = 'abcdefghijklmnopqrstuvwxyz012345';

function batchOf(...maps: Record<string, string>[]): Uint8Array {
	const events = maps.map((props): WireBatch[7][number] => [0, 0, 'view', '', '', 0, 0, '', props]);
	return encode([1, 'shop', 1, 2, 3, 1_764_000_000_000, [['https://shop.example/']], events]);
}

afterEach(() => vi.restoreAllMocks());

describe('the keys of a map', () => {
	it('are compared in place, without a native call for each pair of a batch full of short keys', () => {
		const keys = Object.fromEntries(Array.from(letters, (letter) => [letter, '']));
		const bytes = batchOf(...Array.from({ length: 480 }, () => keys));
		const compared = vi.spyOn(Buffer.prototype, 'compare');
		const cut = vi.spyOn(Buffer.prototype, 'subarray');
		expect(checkBatch(bytes)).toMatchObject({ ok: true, events: 480 });
		expect(compared.mock.calls.length).toBe(0);
		expect(cut.mock.calls.length).toBe(0);
	});

	it.each([
		['a', 'b'],
		['', 'a'],
		['ab', 'bb'],
		['ab', 'aa'],
		['a'.repeat(64), `b${'a'.repeat(63)}`],
	])('%j and %j are different keys, and are accepted', (one, other) => {
		expect(checkBatch(batchOf({ [one]: '', [other]: '' })).ok).toBe(true);
	});

	it('that differed in half of a surrogate pair are one key, whose last value counts', () => {
		const props = { 'a\ud800': '1', b: '2', 'a\udfff': '3', 'b\ud800': '4', 'a\udc00': '5' };
		const decoded = decodeBatch(batchOf(props, { b: '6' }));
		expect(decoded).toMatchObject({
			batch: { events: [{ props: { b: '2', 'b\ufffd': '4', 'a\ufffd': '5' } }, { props: { b: '6' } }] },
		});
		// As many as there may be, in as many events as fit.
		const halves = Object.fromEntries(Array.from({ length: 32 }, (_, i) => [String.fromCharCode(0xd800 + i), '']));
		expect(checkBatch(batchOf(...Array.from({ length: 300 }, () => halves)))).toMatchObject({ ok: true, events: 300 });
	});

	it.each(['a', 'ab', 'ü', 'a'.repeat(64)])('%j as a duplicate key is refused', (key) => {
		const other = 'x'.repeat(Buffer.byteLength(key));
		const bytes = Buffer.from(batchOf({ [key]: '1', more: '2', [other]: '3' }));
		// Makes the last key equal to the first one.
		bytes.set(Buffer.from(key), bytes.lastIndexOf(other));
		expect(checkBatch(bytes)).toMatchObject({ ok: false, reason: 'malformed', detail: 'props has a key twice' });
	});
});
