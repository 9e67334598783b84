import { isUtf8 } from 'node:buffer';
import { limits } from './limits.js';
import type { Rejection } from './outcome.js';

/** A refusal of a batch. It is thrown inside the decoder only; `decodeBatch` returns it as a value. */
export class Refusal extends Error {
	readonly reason: Rejection;

	constructor(reason: Rejection, detail: string) {
		const { stackTraceLimit } = Error;
		// A refusal is an expected value whose stack is never read. Recording the stack takes three times as long as
		// all the rest, and a refused batch must not cost more than an accepted one.
		Error.stackTraceLimit = 0;
		super(detail);
		Error.stackTraceLimit = stackTraceLimit;
		this.reason = reason;
	}
}

/** Maximum nesting of elements that are skipped because this version does not know them. */
const skipDepthMax = 8;

/** The key that sets the prototype of an object in place of a property. */
const forbiddenKey = '__proto__';

/** A range of the batch's bytes: a text or raw bytes, without the head before them. */
export class Span {
	start = 0;
	end = 0;
}

/** A range that holds the entries of a map: key, value, key, value, each with its head. */
export class MapSpan extends Span {
	/** Number of entries in the range, repeated ones included. */
	entries = 0;
	/** Whether some keys occur more than once, of which the last counts. */
	hasRepeats = false as boolean;
}

const noBytes = Buffer.alloc(0);

/** A cursor over msgpack bytes that accepts only the requested types and sizes. It is reused, and allocates nothing. */
export class Reader {
	/** The batch being read. */
	bytes: Buffer = noBytes;
	private position = 0;
	private readonly scratch = new Span();
	private readonly keys = Array.from({ length: limits.mapEntriesMax }, () => new Span());

	/** Starts to read other bytes. */
	protected reset(bytes: Uint8Array): void {
		this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
		this.position = 0;
	}

	/** Reads the length of an array. Its elements follow. */
	arrayLength(what: string, min: number, max: number): number {
		const tag = this.byte(what);
		let length: number;
		if (tag >= 0x90 && tag <= 0x9f) length = tag & 0x0f;
		else if (tag === 0xdc) length = this.unsigned(2, what);
		else if (tag === 0xdd) length = this.unsigned(4, what);
		else throw this.wrongType(what, 'an array');
		if (length < min) throw new Refusal('malformed', `${what} has ${length} elements, at least ${min} are needed`);
		if (length > max) throw new Refusal('limit-exceeded', `${what} has ${length} elements, at most ${max} are allowed`);
		// Every element takes at least one byte, so a greater length is wrong, and is refused before anything is
		// allocated.
		if (length > this.bytes.length - this.position) throw this.cutShort(what);
		return length;
	}

	/** Returns the kind of the next element, without reading it. */
	nextKind(): 'array' | 'map' | 'text' | 'number' | 'nil' | 'other' {
		const tag = this.bytes[this.position] ?? 0xc1;
		if (tag <= 0x7f || tag >= 0xe0 || (tag >= 0xca && tag <= 0xd3)) return 'number';
		if (tag <= 0x8f || tag === 0xde || tag === 0xdf) return 'map';
		if (tag <= 0x9f || tag === 0xdc || tag === 0xdd) return 'array';
		if (tag <= 0xbf || (tag >= 0xd9 && tag <= 0xdb)) return 'text';
		return tag === 0xc0 ? 'nil' : 'other';
	}

	/** Reads the number of entries of a map. Its keys and values follow. */
	mapLength(what: string, max: number): number {
		const tag = this.byte(what);
		let entries: number;
		if (tag >= 0x80 && tag <= 0x8f) entries = tag & 0x0f;
		else if (tag === 0xde) entries = this.unsigned(2, what);
		else if (tag === 0xdf) entries = this.unsigned(4, what);
		else throw this.wrongType(what, 'a map');
		if (entries > max) {
			throw new Refusal('limit-exceeded', `${what} has ${entries} entries, at most ${max} are allowed`);
		}
		return entries;
	}

	/** Reads an integer from 0 to `max`, in any of msgpack's number formats. */
	integer(what: string, max: number): number {
		const value = this.number(what);
		if (!Number.isInteger(value) || Object.is(value, -0)) throw new Refusal('malformed', `${what} is not an integer`);
		if (value < 0 || value > max) throw new Refusal('limit-exceeded', `${what} is outside 0…${max}`);
		return value;
	}

	/** Reads a finite number from 0 to `amountMax`. */
	amountOf(what: string): number {
		const value = this.number(what);
		if (!Number.isFinite(value)) throw new Refusal('malformed', `${what} is not a finite number`);
		if (value < 0 || value > limits.amountMax) {
			throw new Refusal('limit-exceeded', `${what} is outside 0…${limits.amountMax}`);
		}
		return value;
	}

	/** Reads a well-formed UTF-8 string of at most `max` bytes. `span` becomes its position. */
	text(what: string, max: number, span: Span): void {
		const tag = this.byte(what);
		let length: number;
		if (tag >= 0xa0 && tag <= 0xbf) length = tag & 0x1f;
		else if (tag === 0xd9) length = this.unsigned(1, what);
		else if (tag === 0xda) length = this.unsigned(2, what);
		else if (tag === 0xdb) length = this.unsigned(4, what);
		else throw this.wrongType(what, 'a string');
		if (length > max) throw new Refusal('limit-exceeded', `${what} has ${length} bytes, at most ${max} are allowed`);
		span.start = this.pass(what, length);
		span.end = this.position;
		for (let i = span.start; i < span.end; i++) {
			// Nearly all text is ASCII, for which this loop is faster than a call out of JavaScript.
			if ((this.bytes[i] as number) >= 0x80) {
				this.checkUtf8(what, span);
				break;
			}
		}
	}

	/**
	 * Reads a map of strings to strings. `span` becomes the position of its entries. Duplicate keys are refused, unless
	 * they may have been different ones in the page: an encoder writes U+FFFD for each half of a surrogate pair, and the
	 * whole batch would be lost.
	 */
	stringMap(what: string, span: MapSpan): void {
		const entries = this.mapLength(what, limits.mapEntriesMax);
		span.entries = entries;
		span.start = this.position;
		span.hasRepeats = false;
		for (let i = 0; i < entries; i++) {
			const key = this.keys[i] as Span;
			this.text(`${what} key`, limits.mapKeyBytesMax, key);
			if (this.checkKey(what, i, key)) span.hasRepeats = true;
			this.text(`${what} value`, limits.mapValueBytesMax, this.scratch);
		}
		span.end = this.position;
	}

	/** Reads exactly `length` raw bytes. `span` becomes their position. */
	raw(what: string, length: number, span: Span): void {
		if (this.byte(what) !== 0xc4) throw this.wrongType(what, 'bytes');
		const actual = this.unsigned(1, what);
		if (actual !== length) throw new Refusal('malformed', `${what} has ${actual} bytes, ${length} are needed`);
		span.start = this.pass(what, length);
		span.end = this.position;
	}

	/** Skips elements of any type that this version does not know. */
	skip(count: number): void {
		for (let i = 0; i < count; i++) this.skipOne(0);
	}

	/** Refuses bytes after the end of the batch. */
	end(): void {
		if (this.position !== this.bytes.length) throw new Refusal('malformed', 'there are bytes after the batch');
	}

	/** Reads a number of any of msgpack's formats. It may be no finite number. */
	number(what: string): number {
		const tag = this.byte(what);
		if (tag <= 0x7f) return tag;
		if (tag >= 0xe0) return tag - 0x100;
		switch (tag) {
			case 0xcc:
				return this.unsigned(1, what);
			case 0xcd:
				return this.unsigned(2, what);
			case 0xce:
				return this.unsigned(4, what);
			case 0xcf: {
				const high = this.unsigned(4, what);
				return high * 0x1_0000_0000 + this.unsigned(4, what);
			}
			case 0xd0:
				return this.bytes.readInt8(this.pass(what, 1));
			case 0xd1:
				return this.bytes.readInt16BE(this.pass(what, 2));
			case 0xd2:
				return this.bytes.readInt32BE(this.pass(what, 4));
			case 0xd3:
				return Number(this.bytes.readBigInt64BE(this.pass(what, 8)));
			case 0xca:
				return this.bytes.readFloatBE(this.pass(what, 4));
			case 0xcb:
				return this.bytes.readDoubleBE(this.pass(what, 8));
			default:
				throw this.wrongType(what, 'a number');
		}
	}

	private checkUtf8(what: string, { start, end }: Span): void {
		if (!isUtf8(this.bytes.subarray(start, end))) throw new Refusal('malformed', `${what} is not well-formed UTF-8`);
	}

	/**
	 * Refuses the key that would set an object's prototype, and duplicate keys without U+FFFD.
	 *
	 * @returns whether the key is a duplicate
	 */
	private checkKey(what: string, index: number, { start, end }: Span): boolean {
		const length = end - start;
		if (length === forbiddenKey.length && this.bytes.toString('latin1', start, end) === forbiddenKey) {
			throw new Refusal('malformed', `${what} has the forbidden key ${forbiddenKey}`);
		}
		for (let i = 0; i < index; i++) {
			const { start: earlier, end: earlierEnd } = this.keys[i] as Span;
			if (earlierEnd - earlier === length && this.isSame(earlier, start, length)) {
				if (this.hasReplacement(start, end)) return true;
				throw new Refusal('malformed', `${what} has a key twice`);
			}
		}
		return false;
	}

	/**
	 * Returns whether two ranges of this length have the same bytes. A native call for each pair of keys would make a
	 * batch of short keys take a hundred times as long as any other.
	 */
	private isSame(one: number, other: number, length: number): boolean {
		const { bytes } = this;
		for (let i = length - 1; i >= 0; i--) if (bytes[one + i] !== bytes[other + i]) return false;
		return true;
	}

	/** Returns whether a text has U+FFFD, which is EF BF BD. No native call either, for the same reason. */
	private hasReplacement(start: number, end: number): boolean {
		const { bytes } = this;
		for (let i = start; i + 2 < end; i++)
			if (bytes[i] === 0xef && bytes[i + 1] === 0xbf && bytes[i + 2] === 0xbd) return true;
		return false;
	}

	private skipOne(depth: number): void {
		if (depth > skipDepthMax) throw new Refusal('malformed', 'nested too deep');
		const what = 'unknown element';
		const tag = this.byte(what);
		if (tag <= 0x7f || tag >= 0xe0 || tag === 0xc0 || tag === 0xc2 || tag === 0xc3) return;
		if (tag >= 0xa0 && tag <= 0xbf) this.pass(what, tag & 0x1f);
		else if (tag >= 0x90 && tag <= 0x9f) this.skipMany(tag & 0x0f, depth);
		else if (tag >= 0x80 && tag <= 0x8f) this.skipMany((tag & 0x0f) * 2, depth);
		else if (tag in fixedBytes) this.pass(what, fixedBytes[tag] as number);
		else if (tag === 0xc4 || tag === 0xd9) this.pass(what, this.unsigned(1, what));
		else if (tag === 0xc5 || tag === 0xda) this.pass(what, this.unsigned(2, what));
		else if (tag === 0xc6 || tag === 0xdb) this.pass(what, this.unsigned(4, what));
		else if (tag === 0xdc) this.skipMany(this.unsigned(2, what), depth);
		else if (tag === 0xdd) this.skipMany(this.unsigned(4, what), depth);
		else if (tag === 0xde) this.skipMany(this.unsigned(2, what) * 2, depth);
		else if (tag === 0xdf) this.skipMany(this.unsigned(4, what) * 2, depth);
		else throw new Refusal('malformed', 'extension types are not part of the protocol');
	}

	private skipMany(count: number, depth: number): void {
		if (count > this.bytes.length - this.position) throw this.cutShort('unknown element');
		for (let i = 0; i < count; i++) this.skipOne(depth + 1);
	}

	private byte(what: string): number {
		const value = this.bytes[this.position++];
		if (value === undefined) throw this.cutShort(what);
		return value;
	}

	/** Reads an unsigned big-endian integer. */
	private unsigned(length: 1 | 2 | 4, what: string): number {
		const { bytes } = this;
		const position = this.pass(what, length);
		if (length === 1) return bytes[position] as number;
		if (length === 2) return ((bytes[position] as number) << 8) | (bytes[position + 1] as number);
		return bytes.readUInt32BE(position);
	}

	/** Moves past `length` more bytes. @returns the position at which they start */
	private pass(what: string, length: number): number {
		const start = this.position;
		this.position = this.after(what, length);
		return start;
	}

	/** Returns the position after `length` more bytes. */
	private after(what: string, length: number): number {
		const end = this.position + length;
		if (end > this.bytes.length) throw this.cutShort(what);
		return end;
	}

	private cutShort(what: string): Refusal {
		return new Refusal('malformed', `the batch ends inside ${what}`);
	}

	private wrongType(what: string, wanted: string): Refusal {
		return new Refusal('malformed', `${what} is not ${wanted}`);
	}
}

/** Payload bytes of the fixed-size number formats. */
const fixedBytes: Record<number, number> = {
	202: 4,
	203: 8,
	204: 1,
	205: 2,
	206: 4,
	207: 8,
	208: 1,
	209: 2,
	210: 4,
	211: 8,
};
