import { GrowingBytes } from './growing-bytes.js';

/**
 * Columns of ClickHouse's Native format, filled value by value.
 * Layout per type: https://clickhouse.com/docs/interfaces/formats/Native
 */
export interface NativeColumn {
	/** ClickHouse type of the data as it is sent; the server converts where the table's differs. */
	readonly type: string;
	/** The column's data, in order. */
	chunks(): Uint8Array[];
}

abstract class PlainColumn implements NativeColumn {
	abstract readonly type: string;
	protected readonly data = new GrowingBytes();

	chunks(): Uint8Array[] {
		return [this.data.written];
	}
}

/** Also for LowCardinality(String), which the server makes itself. */
export class TextColumn extends PlainColumn {
	readonly type = 'String';

	push(value: string): void {
		this.data.text(value);
	}
}

export class Uint16Column extends PlainColumn {
	readonly type = 'UInt16';

	push(value: number): void {
		this.data.uint16(value);
	}
}

/** Of what a JavaScript number holds exactly. */
export class Uint64Column extends PlainColumn {
	readonly type = 'UInt64';

	push(value: number): void {
		this.data.uint64(value);
	}
}

export class BoolColumn extends PlainColumn {
	readonly type = 'Bool';

	push(value: boolean): void {
		this.data.uint8(value ? 1 : 0);
	}
}

/** Milliseconds since 1970, not before it. */
export class MomentColumn extends PlainColumn {
	readonly type = "DateTime64(3, 'UTC')";

	push(ms: number): void {
		this.data.uint64(ms);
	}
}

const decimalScale = 10_000;

/** Not negative, at most 10^14; digits after the fourth are rounded. */
export class DecimalColumn extends PlainColumn {
	readonly type = 'Decimal(18, 4)';

	push(value: number): void {
		const scaled = Math.round(value * decimalScale);
		if (scaled <= Number.MAX_SAFE_INTEGER) {
			this.data.uint64(scaled);
		} else {
			// Beyond 2^53 the product is not exact; the shortest decimal of so large a number has few digits behind its point.
			const [whole = '', fraction = ''] = String(value).split('.');
			this.data.bigUint64(BigInt(whole + fraction.slice(0, 4).padEnd(4, '0')));
		}
	}
}

export class UuidColumn extends PlainColumn {
	readonly type = 'UUID';

	push(high: bigint, low: bigint): void {
		this.data.bigUint64(high);
		this.data.bigUint64(low);
	}

	/** From the usual 36 characters. */
	pushText(uuid: string): void {
		const hex = uuid.replaceAll('-', '');
		this.push(BigInt(`0x${hex.slice(0, 16)}`), BigInt(`0x${hex.slice(16)}`));
	}
}

/** Sent as the end of each map, then all keys, then all values. */
export class MapColumn implements NativeColumn {
	readonly type = 'Map(String, String)';
	readonly #ends = new GrowingBytes();
	readonly #keys = new GrowingBytes();
	readonly #values = new GrowingBytes();
	#entries = 0;

	push(map: Readonly<Record<string, string>>): void {
		for (const key in map) {
			this.#keys.text(key);
			this.#values.text(map[key] ?? '');
			this.#entries++;
		}
		this.#ends.uint64(this.#entries);
	}

	chunks(): Uint8Array[] {
		return [this.#ends.written, this.#keys.written, this.#values.written];
	}
}
