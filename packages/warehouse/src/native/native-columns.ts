import { eachEntry, type MapSpan } from '@footfall/protocol/decode';
import { freeMemory } from './free-memory.js';
import { GrowingBytes } from './growing-bytes.js';

/**
 * A column of ClickHouse's Native format, filled value by value. A column of fixed width has a maximum number of rows.
 * Typed arrays are sent as they are in memory: little-endian, as on every machine that ClickHouse supports.
 * Layout of each type: https://clickhouse.com/docs/interfaces/formats/Native
 */
export interface NativeColumn {
	/** ClickHouse type of the sent data. The server converts it if the table has another type. */
	readonly type: string;
	/** The data of the column, in order. Called once, after the last value. */
	chunks(): Uint8Array<ArrayBuffer>[];
}

abstract class WordsColumn implements NativeColumn {
	abstract readonly type: string;
	readonly #words: Uint32Array<ArrayBuffer>;
	#end = 0;

	constructor(rowsMax: number, wordsPerRow = 2) {
		this.#words = new Uint32Array(rowsMax * wordsPerRow);
	}

	chunks(): Uint8Array<ArrayBuffer>[] {
		return [new Uint8Array(this.#words.buffer, 0, this.#end * 4)];
	}

	protected word(value: number): void {
		this.#words[this.#end++] = value;
	}

	/** Appends a whole number of 0…2^53 − 1. */
	protected integer(value: number): void {
		this.#words[this.#end++] = value;
		this.#words[this.#end++] = Math.floor(value / 0x1_0000_0000);
	}
}

/** Whole numbers, most of them of 0…2^53 − 1, which a JavaScript number represents exactly. */
export class Uint64Column extends WordsColumn {
	readonly type = 'UInt64';

	/** @param value 0…2^53 − 1 */
	push(value: number): void {
		this.integer(value);
	}

	/** Appends the sum of 2^53 and a number of 0…2^53 − 1, which not every JavaScript number represents exactly. */
	pushAbove(value: number): void {
		this.word(value);
		this.word(Math.floor(value / 0x1_0000_0000) + 2 ** 21);
	}
}

/** Times in ms since 1970, from 0. */
export class MomentColumn extends WordsColumn {
	readonly type = "DateTime64(3, 'UTC')";

	push(ms: number): void {
		this.integer(ms);
	}
}

const decimalScale = 10_000;

/** Decimals of 0…10^14, rounded to four digits after the point. */
export class DecimalColumn extends WordsColumn {
	readonly type = 'Decimal(18, 4)';

	push(value: number): void {
		const scaled = Math.round(value * decimalScale);
		if (scaled <= Number.MAX_SAFE_INTEGER) this.integer(scaled);
		else this.#pushGreat(value);
	}

	/**
	 * Beyond 2^53 the product is not exact. The shortest decimal notation of such a number has few digits after the
	 * point.
	 */
	#pushGreat(value: number): void {
		const [whole = '', fraction = ''] = String(value).split('.');
		const scaled = BigInt(whole + fraction.slice(0, 4).padEnd(4, '0'));
		this.word(Number(scaled & 0xffff_ffffn));
		this.word(Number(scaled >> 32n));
	}
}

/** UUIDs, sent as two 64-bit numbers, the more significant one first. */
export class UuidColumn extends WordsColumn {
	readonly type = 'UUID';

	constructor(rowsMax: number) {
		super(rowsMax, 4);
	}

	/** Appends a UUID as four 32-bit words, the most significant first. */
	push(a: number, b: number, c: number, d: number): void {
		this.word(b);
		this.word(a);
		this.word(d);
		this.word(c);
	}
}

export class Uint16Column implements NativeColumn {
	readonly type = 'UInt16';
	readonly #values: Uint16Array<ArrayBuffer>;
	#rows = 0;

	constructor(rowsMax: number) {
		this.#values = new Uint16Array(rowsMax);
	}

	push(value: number): void {
		this.#values[this.#rows++] = value;
	}

	chunks(): Uint8Array<ArrayBuffer>[] {
		return [new Uint8Array(this.#values.buffer, 0, this.#rows * 2)];
	}
}

export class BoolColumn implements NativeColumn {
	readonly type = 'Bool';
	readonly #values: Uint8Array<ArrayBuffer>;
	#rows = 0;

	constructor(rowsMax: number) {
		this.#values = new Uint8Array(rowsMax);
	}

	push(value: boolean): void {
		this.#values[this.#rows++] = value ? 1 : 0;
	}

	chunks(): Uint8Array<ArrayBuffer>[] {
		return [this.#values.subarray(0, this.#rows)];
	}
}

/** Texts that differ from row to row. */
export class TextColumn implements NativeColumn {
	readonly type = 'String';
	protected readonly data = new GrowingBytes(65_536);

	push(source: Buffer, { start, end }: { start: number; end: number }): void {
		this.data.stretch(source, start, end);
	}

	/** Like `push`, for a text that is not encoded yet. */
	pushText(text: string): void {
		this.data.text(text);
	}

	chunks(): Uint8Array<ArrayBuffer>[] {
		return [this.data.written];
	}
}

/** Ids of products: texts, or whole numbers of 0…2^53 − 1 as decimal digits. 0 is none, whose text is empty. */
export class ProductIdColumn extends TextColumn {
	pushNumber(value: number): void {
		if (value === 0) this.data.varint(0);
		else this.data.decimal(value);
	}
}

/** Flags before a dictionary in the Native format: its version, and that each block has its own keys. */
const dictionaryVersion = 1;
const ownKeys = 0x600;

/**
 * Texts that many rows share: each text is sent once, and each row has its index. The server converts to String if the
 * column of the table is one. A text may be added twice.
 */
export class SharedTextColumn implements NativeColumn {
	readonly type = 'LowCardinality(String)';
	readonly #texts = new GrowingBytes(4_096);
	readonly #rows: Uint32Array<ArrayBuffer>;
	#count = 0;
	#end = 0;

	constructor(rowsMax: number) {
		this.#rows = new Uint32Array(rowsMax);
	}

	/** @returns the index of the text, which `push` takes */
	add(source: Buffer, start: number, end: number): number {
		this.#texts.stretch(source, start, end);
		return this.#count++;
	}

	/** Like `add`, for a text that is not encoded yet. */
	addText(text: string): number {
		this.#texts.text(text);
		return this.#count++;
	}

	push(text: number): void {
		this.#rows[this.#end++] = text;
	}

	chunks(): Uint8Array<ArrayBuffer>[] {
		const head = new GrowingBytes(24);
		head.uint64(dictionaryVersion);
		const rows = narrowest(this.#rows.subarray(0, this.#end), this.#count);
		if (rows.buffer !== this.#rows.buffer) freeMemory(this.#rows.buffer);
		head.uint64(ownKeys | Math.log2(rows.BYTES_PER_ELEMENT));
		head.uint64(this.#count);
		const count = new GrowingBytes(8);
		count.uint64(this.#end);
		return [
			head.written,
			this.#texts.written,
			count.written,
			new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength),
		];
	}
}

function narrowest(rows: Uint32Array<ArrayBuffer>, texts: number) {
	if (texts <= 0x100) return Uint8Array.from(rows);
	return texts <= 0x1_0000 ? Uint16Array.from(rows) : rows;
}

/** Maps of texts, sent as the end of each map, then all keys, then all values. */
export class MapColumn extends WordsColumn {
	readonly type = 'Map(String, String)';
	readonly #keys = new GrowingBytes();
	readonly #values = new GrowingBytes();
	#entries = 0;

	push(source: Buffer, map: MapSpan): void {
		if (map.entries > 0) {
			eachEntry(source, map, (key, value) => {
				this.#keys.stretch(source, key.start, key.end);
				this.#values.stretch(source, value.start, value.end);
				this.#entries++;
			});
		}
		this.integer(this.#entries);
	}

	override chunks(): Uint8Array<ArrayBuffer>[] {
		return [...super.chunks(), this.#keys.written, this.#values.written];
	}
}
