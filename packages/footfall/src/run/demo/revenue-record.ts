/** The money of an order or a refund, as one of its events tells it. */
export interface MoneyEvent {
	readonly name: 'order' | 'refund';
	readonly visitor: number;
	readonly orderId: string;
	/** Id of the refund, which may be empty in an order. */
	readonly refundId: string;
	/** Total that was charged or is given back. */
	readonly amount: number;
	/** ISO 4217 code. */
	readonly currency: string;
}

interface Order {
	readonly visitor: number;
	readonly currency: string;
	/** Ten-thousandths. */
	readonly amount: bigint;
}

/** Orders and refunds of which the senders of a run have told, each once by its id. */
export class RevenueRecord {
	readonly #orders = new Map<string, Order>();
	/** Amounts of refunds by order id and refund id, in ten-thousandths. */
	readonly #refunds = new Map<string, Map<string, bigint>>();

	add({ name, visitor, orderId, refundId, amount: given, currency }: MoneyEvent): void {
		const amount = BigInt(Math.round(given * 10_000));
		if (name === 'order') {
			if (!this.#orders.has(orderId)) this.#orders.set(orderId, { visitor, currency, amount });
			return;
		}
		const refunds = this.#refunds.get(orderId) ?? new Map<string, bigint>();
		this.#refunds.set(orderId, refunds.set(refundId, amount));
	}

	/** Sums of the orders of some visitors, less what was given back of each, by currency, in ten-thousandths. */
	sums(isCounted: (visitor: number) => boolean): Map<string, bigint> {
		const sums = new Map<string, bigint>();
		for (const [orderId, { visitor, currency, amount }] of this.#orders) {
			if (!isCounted(visitor)) continue;
			const refunded = [...(this.#refunds.get(orderId)?.values() ?? [])].reduce((sum, refund) => sum + refund, 0n);
			const net = refunded < amount ? amount - refunded : 0n;
			sums.set(currency, (sums.get(currency) ?? 0n) + net);
		}
		return sums;
	}
}
