import { type MapSpan, Span } from './reader.js';

const key = new Span();
const value = new Span();

/** Calls `each` with the positions of every key and value of a map that a reader has checked. The spans are reused. */
export function eachEntry(bytes: Buffer, map: MapSpan, each: (key: Span, value: Span) => void): void {
	let position = map.start;
	for (let i = 0; i < map.entries; i++) {
		position = textAt(bytes, position, key);
		position = textAt(bytes, position, value);
		each(key, value);
	}
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
