import type { WireValue } from './encode.js';

export const utf8 = new TextEncoder();
/** What is written so far. An array grows by itself, and the batches of pages are small. */
let bytes: number[];

/**
 * Means the same as `encode` for what pages send, which is everything but bytes, negative zero, and lengths of 65,536 and
 * more, and is smaller: pages load this code. Lengths and numbers of one byte take two, numbers of more than two take nine.
 */
export function encodeSmall(value: WireValue): Uint8Array<ArrayBuffer> {
	bytes = [];
	write(value);
	return new Uint8Array(bytes);
}

function write(value: WireValue): void {
	if (typeof value === 'string') {
		// Nearly all text is ASCII and short, and calling the encoder for it takes four times as long.
		const text = /[^ -~]/.test(value) ? utf8.encode(value) : [...value].map((char) => char.charCodeAt(0));
		writeHead(text.length, 0xa0, 32, 0xda);
		bytes.push(...text);
	} else if (typeof value === 'number') {
		if ((value & 0xffff) === value) writeHead(value, 0, 0x80, 0xcd);
		// Every browser runs on machines that store the lowest byte first.
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
 * A length, or a number itself: in the head byte, or behind it in 2 bytes, of which the array that takes them keeps 8 bits.
 *
 * @param short what a number below `shortEnd` is added to
 * @param tag of 2 bytes
 */
function writeHead(value: number, short: number, shortEnd: number, tag: number): void {
	if (value < shortEnd) bytes.push(short + value);
	else bytes.push(tag, value >> 8, value);
}
