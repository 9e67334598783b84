import type { DetailedWireBatch, WireBatch, WireContext, WireEvent } from './batch.js';

/** Values of the wire: the subset of msgpack without 4-byte floats, nil, booleans and extensions. */
export type WireValue = number | string | Uint8Array | readonly WireValue[] | { readonly [key: string]: WireValue };

let buffer = new Uint8Array(4096);
let view = new DataView(buffer.buffer);
let position = 0;
const utf8 = new TextEncoder();

/**
 * Encodes a value as msgpack in the shortest form: integers below 2^32 as unsigned integers, every other number as a
 * double, which holds the wire's 53-bit integers exactly. Elements that are `undefined` must be removed before.
 *
 * @returns a copy that later calls do not overwrite
 */
export function encode(
	value: WireValue | WireBatch | DetailedWireBatch | WireContext | WireEvent,
): Uint8Array<ArrayBuffer> {
	position = 0;
	write(value as WireValue);
	return buffer.slice(0, position);
}

function write(value: WireValue): void {
	if (typeof value === 'number') {
		writeNumber(value);
	} else if (typeof value === 'string') {
		writeString(value);
	} else if (Array.isArray(value)) {
		writeHead(value.length, 0x90, 16, 0xdc);
		for (const element of value) write(element as WireValue);
	} else if (value instanceof Uint8Array) {
		writeBytes(value);
	} else {
		const keys = Object.keys(value);
		writeHead(keys.length, 0x80, 16, 0xde);
		for (const key of keys) {
			writeString(key);
			write((value as Record<string, WireValue>)[key] as WireValue);
		}
	}
}

function writeNumber(value: number): void {
	reserve(9);
	if (value >>> 0 !== value || Object.is(value, -0)) {
		buffer[position++] = 0xcb;
		view.setFloat64(position, value);
		position += 8;
	} else if (value < 0x80) {
		buffer[position++] = value;
	} else if (value < 0x100) {
		buffer[position++] = 0xcc;
		buffer[position++] = value;
	} else if (value < 0x1_0000) {
		writeTagged16(0xcd, value);
	} else {
		buffer[position++] = 0xce;
		view.setUint32(position, value);
		position += 4;
	}
}

/** Writes text after the longest head that it may need, and moves it back if the head turns out to be shorter. */
function writeString(value: string): void {
	reserve(3 + value.length * 3);
	const start = position + 3;
	const length = utf8.encodeInto(value, buffer.subarray(start)).written;
	if (length < 32) {
		buffer[position++] = 0xa0 | length;
	} else if (length < 0x100) {
		buffer[position++] = 0xd9;
		buffer[position++] = length;
	} else {
		writeTagged16(0xda, length);
	}
	buffer.copyWithin(position, start, start + length);
	position += length;
}

function writeBytes(value: Uint8Array): void {
	reserve(2 + value.length);
	buffer[position++] = 0xc4;
	buffer[position++] = value.length;
	buffer.set(value, position);
	position += value.length;
}

function writeHead(length: number, small: number, smallEnd: number, tag16: number): void {
	reserve(3);
	if (length < smallEnd) buffer[position++] = small | length;
	else writeTagged16(tag16, length);
}

function writeTagged16(tag: number, value: number): void {
	buffer[position++] = tag;
	buffer[position++] = value >> 8;
	buffer[position++] = value;
}

function reserve(bytes: number): void {
	if (position + bytes <= buffer.length) return;
	const grown = new Uint8Array((position + bytes) * 2);
	grown.set(buffer);
	buffer = grown;
	view = new DataView(buffer.buffer);
}
