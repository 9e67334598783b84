import { limits, utf8, type WireValue } from '@footfall/protocol';
import { note } from '../attempt.js';

/**
 * Returns the value as text of at most so many UTF-8 bytes, cut between characters, so that the collector never refuses
 * a batch for one of its strings. `null` and `undefined` become the empty text.
 */
export function clip(value: unknown, bytesMax: number): string {
	const text = `${value ?? ''}`;
	// A UTF-16 unit takes at most 3 bytes, so most text needs no encoding, which takes a page 0.5 µs each time.
	return text.length * 3 > bytesMax ? text.slice(0, utf8.encodeInto(text, new Uint8Array(bytesMax)).read) : text;
}

/** Returns an integer that the wire can hold, without its fraction; 0 for every other value. */
export const clipInteger = (value: unknown): number => Math.trunc(clipAmount(value, 2 ** 53 - 1));

/** Returns a number from 0 to `max`; 0 for every other value, and a line on the console for one that is no number. */
export function clipAmount(value: unknown, max: number = limits.amountMax): number {
	const number = Number(value ?? 0);
	if (value && !(number < Number.POSITIVE_INFINITY)) note(value, 0);
	return number > 0 && number <= max ? number : 0;
}

/** Bytes of a text in the details of an event: enough for every text that the wire has there. */
export const detailBytesMax: number = limits.userIdBytesMax;

/**
 * Returns a copy of a value with at most the allowed entries, elements and lengths, that is, a map, a list, or a text.
 * In the details of an event, numbers stay numbers. The key `__proto__`, which the wire forbids in maps of texts, is
 * left out: assigning text to it does nothing.
 *
 * @param bytesMax maximum length of a text
 * @param depth number of levels of maps and lists; what is nested deeper becomes text
 */
export function clipDeep(value: unknown, bytesMax: number, depth = 1): WireValue {
	const isDetail = bytesMax === detailBytesMax;
	if (!depth || Object(value) !== value) return isDetail && typeof value === 'number' ? value : clip(value, bytesMax);
	const clipped = (Array.isArray(value) ? [] : {}) as Record<string, WireValue>;
	const entries = Object.entries(value as object).slice(0, isDetail ? limits.orderItemsMax : limits.mapEntriesMax);
	for (const [key, each] of entries) clipped[clip(key, limits.mapKeyBytesMax)] = clipDeep(each, bytesMax, depth - 1);
	return entries.length && clipped;
}
