import type { WireValue } from './encode.js';

/**
 * UTF-8 encoder, shared with the tracker. Its type is written out, so that the declarations need neither the types of
 * Node nor those of browsers.
 */
export const utf8: {
	encode(text: string): Uint8Array<ArrayBuffer>;
	encodeInto(text: string, target: Uint8Array): { read: number; written: number };
} = new TextEncoder();

/**
 * Encodes a value as msgpack, as {@link encode} does, with less code, because pages load it. It returns a text with one
 * character for each byte, which pages can store, and which they make faster than a list of numbers. It supports what
 * pages send: everything but bytes, negative zero, and lengths of 65,536 and more. Its output is longer: lengths and
 * numbers that fit one byte take two, and numbers that do not fit two bytes take nine.
 */
export function encodeSmall(value: WireValue): string {
	if (typeof value === 'string') {
		// Nearly all text is short ASCII, for which calling the encoder takes four times as long.
		const text = /[^ -~]/.test(value) ? String.fromCharCode(...utf8.encode(value)) : value;
		return head(text.length, 0xa0, 32, 0xda) + text;
	}
	if (typeof value === 'number') {
		return (value & 0xffff) === value
			? head(value, 0, 0x80, 0xcd)
			: // All machines with browsers are little-endian, and msgpack is big-endian.
				String.fromCharCode(0xcb, ...new Uint8Array(new Float64Array([value]).buffer).reverse());
	}
	if (Array.isArray(value)) return head(value.length, 0x90, 16, 0xdc) + value.map(encodeSmall).join('');
	const entries = Object.entries(value);
	return head(entries.length, 0x80, 16, 0xde) + entries.flat().map(encodeSmall).join('');
}

/**
 * Returns a length or a number, in the head byte or in the two bytes after it.
 *
 * @param short head byte to which a value below `shortEnd` is added
 * @param tag head byte of the form with two bytes
 */
const head = (value: number, short: number, shortEnd: number, tag: number): string =>
	value < shortEnd ? String.fromCharCode(short + value) : String.fromCharCode(tag, value >> 8, value & 0xff);
