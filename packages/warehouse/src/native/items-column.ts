import type { OrderItem } from '@footfall/protocol/decode';
import { itemsType } from '../schema/event-columns.js';
import { GrowingBytes } from './growing-bytes.js';
import { DecimalColumn, type NativeColumn, Uint64Column } from './native-columns.js';

const texts = ['productId', 'name', 'category', 'variant'] as const;

/** The lines of orders, sent as the end of each list, then all values of each field. Few rows have any. */
export class ItemsColumn implements NativeColumn {
	readonly type = itemsType;
	readonly #ends: Uint64Column;
	readonly #texts = texts.map(() => new GrowingBytes(64));
	readonly #prices: number[] = [];
	readonly #quantities: number[] = [];

	constructor(rowsMax: number) {
		this.#ends = new Uint64Column(rowsMax);
	}

	push(items: readonly OrderItem[]): void {
		for (const item of items) {
			texts.forEach((name, n) => void this.#texts[n]?.text(item[name]));
			this.#prices.push(item.price);
			this.#quantities.push(item.quantity);
		}
		this.#ends.push(this.#prices.length);
	}

	chunks(): Uint8Array<ArrayBuffer>[] {
		const prices = new DecimalColumn(this.#prices.length);
		for (const price of this.#prices) prices.push(price);
		const quantities = new Uint8Array(Uint32Array.from(this.#quantities).buffer);
		return [...this.#ends.chunks(), ...this.#texts.map(({ written }) => written), ...prices.chunks(), quantities];
	}
}
