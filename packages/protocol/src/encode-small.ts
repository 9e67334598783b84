import type { WireValue } from './encode.js';

export const utf8 = new TextEncoder();
/** More than a batch may have, which whoever makes batches holds to. Between batches anybody may use it to measure text. */
export const scratch = new Uint8Array(2 ** 16);
const view = new DataView(scratch.buffer);
let end: number;

/**
 * Means the same as `encode` for what pages send, which is everything but bytes and negative zero, and is
 * smaller: pages load this code. Lengths and numbers of one byte take two.
 */
export function encodeSmall(value: WireValue): Uint8Array<ArrayBuffer> {
	end = 0;
	write(value);
	return scratch.slice(0, end);
}

function write(value: WireValue): void {
	if (typeof value === 'string') {
		// Behind the longest head that there is, and then to where it belongs.
		const start = end + 3;
		const { written } = utf8.encodeInto(value, scratch.subarray(start));
		writeHead(written, 0xa0, 32, 0xda);
		scratch.copyWithin(end, start, start + written);
		end += written;
	} else if (typeof value === 'number') {
		if (value >>> 0 === value) writeHead(value, 0, 0x80, 0xcd);
		else {
			scratch[end++] = 0xcb;
			view.setFloat64(end, value);
			end += 8;
		}
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
 * A length, or a number itself: in the head byte, or behind it in 2 or 4 bytes.
 *
 * @param short what a number below `shortEnd` is added to
 * @param tag of 2 bytes; the one of 4 comes next
 */
function writeHead(value: number, short: number, shortEnd: number, tag: number): void {
	let more = value < shortEnd ? 0 : value < 0x1_0000 ? 2 : 4;
	scratch[end++] = more ? tag + (more >> 2) : short + value;
	while (more--) scratch[end++] = value >> (8 * more);
}
