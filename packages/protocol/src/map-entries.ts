import { type MapSpan, Span } from './reader.js';

const key = new Span();
const value = new Span();
const later = new Span();

/**
 * Calls `each` with the positions of every key and value of a map that a reader has checked. Of entries with the same
 * key, it takes the last. The spans are reused.
 */
export function eachEntry(bytes: Buffer, map: MapSpan, each: (key: Span, value: Span) => void): void {
	let position = map.start;
	for (let i = 0; i < map.entries; i++) {
		position = textAt(bytes, position, key);
		position = textAt(bytes, position, value);
		if (!map.hasRepeats || !comesAgain(bytes, position, map.entries - i - 1)) each(key, value);
	}
}

/** Whether the key of the entry that was read last comes again among the next entries, which begin at `position`. */
function comesAgain(bytes: Buffer, position: number, entries: number): boolean {
	let at = position;
	for (let i = 0; i < entries; i++) {
		at = textAt(bytes, at, later);
		if (isSame(bytes, key, later)) return true;
		at = textAt(bytes, at, later);
	}
	return false;
}

/** In JavaScript: a native call for each pair of keys would take longer than all the rest. */
function isSame(bytes: Buffer, one: Span, other: Span): boolean {
	if (one.end - one.start !== other.end - other.start) return false;
	for (let i = one.start, j = other.start; i < one.end; i++, j++) if (bytes[i] !== bytes[j]) return false;
	return true;
}

function textAt(bytes: Buffer, at: number, span: Span): number {
	const tag = bytes[at] as number;
	if (tag <= 0xbf) return place(span, at + 1, tag & 0x1f);
	if (tag === 0xd9) return place(span, at + 2, bytes[at + 1] as number);
	if (tag === 0xda) return place(span, at + 3, bytes.readUInt16BE(at + 1));
	return place(span, at + 5, bytes.readUInt32BE(at + 1));
}

function place(span: Span, start: number, length: number): number {
	span.start = start;
	span.end = start + length;
	return span.end;
}
