import type { DrawnOrder } from './draw-order.js';

/** Sums of the orders of a currency, in ten-thousandths. */
export interface MoneySums {
	orders: number;
	amount: bigint;
	refunded: bigint;
}

/** The orders that were told, each once, by currency. */
export class MoneyLedger {
	readonly #sums = new Map<string, MoneySums>();

	add({ currency, amount, refunded }: DrawnOrder): void {
		const sums = this.#sums.get(currency) ?? { orders: 0, amount: 0n, refunded: 0n };
		sums.orders++;
		sums.amount += BigInt(amount);
		sums.refunded += BigInt(refunded);
		this.#sums.set(currency, sums);
	}

	/** Sums by ISO 4217 code. */
	get sums(): ReadonlyMap<string, MoneySums> {
		return this.#sums;
	}

	/** Number of orders. */
	get orders(): number {
		return [...this.#sums.values()].reduce((sum, { orders }) => sum + orders, 0);
	}
}
