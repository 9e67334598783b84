import { limits, type StringMap, utf8 } from '@footfall/protocol';

/**
 * Text of at most so many UTF-8 bytes, never ending inside a character, so that the collector never refuses a batch for
 * one of its strings. Nothing becomes the empty text, anything else its text.
 */
export function clip(value: unknown, bytesMax: number): string {
	const text = `${value ?? ''}`;
	// No UTF-16 unit takes more than 3 bytes, so most text needs no counting, which costs a page half a microsecond each.
	return text.length * 3 > bytesMax ? text.slice(0, utf8.encodeInto(text, new Uint8Array(bytesMax)).read) : text;
}

/** A whole number that the wire can carry; a fraction is cut off, anything else is 0. */
export const clipInteger = (value: unknown): number => Math.trunc(clipAmount(value, 2 ** 53 - 1));

/** A number of 0…max; anything else is 0. */
export function clipAmount(value: unknown, max: number = limits.amountMax): number {
	const number = Number(value);
	return number > 0 && number <= max ? number : 0;
}

/** The map with at most the allowed entries and lengths. What is called `__proto__`, which the wire forbids, vanishes by itself. */
export function clipMap(map: object, valueBytesMax: number): StringMap {
	const clipped: StringMap = {};
	for (const [key, value] of Object.entries(map).slice(0, limits.mapEntriesMax)) {
		clipped[clip(key, limits.mapKeyBytesMax)] = clip(value, valueBytesMax);
	}
	return clipped;
}
