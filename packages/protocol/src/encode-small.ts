import type { WireValue } from './encode.js';

/**
 * UTF-8 encoder, shared with the tracker. Its type is written out, so that the declarations need neither the types of
 * Node nor those of browsers.
 */
export const utf8: {
	encode(text: string): Uint8Array<ArrayBuffer>;
	encodeInto(text: string, target: Uint8Array): { read: number; written: number };
} = new TextEncoder();

/** The bytes written so far. An array, because it grows by itself, and the batches of pages are small. */
let bytes: number[];

/**
 * Encodes a value as msgpack, as {@link encode} does, with less code, because pages load it. It supports what pages
 * send: everything but bytes, negative zero, and lengths of 65,536 and more. Its output is longer: lengths and numbers
 * that fit one byte take two, and numbers that do not fit two bytes take nine.
 */
export function encodeSmall(value: WireValue): Uint8Array<ArrayBuffer> {
	bytes = [];
	write(value);
	return new Uint8Array(bytes);
}

function write(value: WireValue): void {
	if (typeof value === 'string') {
		// Nearly all text is short ASCII, for which calling the encoder takes four times as long.
		const text = /[^ -~]/.test(value) ? utf8.encode(value) : [...value].map((char) => char.charCodeAt(0));
		writeHead(text.length, 0xa0, 32, 0xda);
		bytes.push(...text);
	} else if (typeof value === 'number') {
		if ((value & 0xffff) === value) writeHead(value, 0, 0x80, 0xcd);
		// All machines with browsers are little-endian, and msgpack is big-endian.
		else bytes.push(0xcb, ...new Uint8Array(new Float64Array([value]).buffer).reverse());
	} else if (Array.isArray(value)) {
		writeHead(value.length, 0x90, 16, 0xdc);
		value.forEach(write);
	} else {
		const entries = Object.entries(value);
		writeHead(entries.length, 0x80, 16, 0xde);
		entries.flat().forEach(write);
	}
}

/**
 * Writes a length or a number, in the head byte or in the two bytes after it. The array that takes the bytes keeps the
 * low 8 bits of each.
 *
 * @param short head byte to which a value below `shortEnd` is added
 * @param tag head byte of the form with two bytes
 */
function writeHead(value: number, short: number, shortEnd: number, tag: number): void {
	if (value < shortEnd) bytes.push(short + value);
	else bytes.push(tag, value >> 8, value);
}
