import { limits, type StringMap, utf8 } from '@footfall/protocol';
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
	if (value && Number.isNaN(number)) note(value, 0);
	return number > 0 && number <= max ? number : 0;
}

/**
 * Returns the map with at most the allowed entries and lengths. The key `__proto__`, which the wire forbids, is left
 * out: assigning text to it does nothing.
 */
export function clipMap(map: object, valueBytesMax: number): StringMap {
	const clipped: StringMap = {};
	for (const [key, value] of Object.entries(map).slice(0, limits.mapEntriesMax)) {
		clipped[clip(key, limits.mapKeyBytesMax)] = clip(value, valueBytesMax);
	}
	return clipped;
}
