import { type PlacedOrder, placedOrder } from './placed-order.js';
import type { ServerReports } from './server-reports.js';

/** Maximum number of orders that can still be sent back. */
const placedMax = 1_000;

/** The orders of the shop's pages, as its server keeps them. */
export class ShopOrders {
	/** Placed orders that were not sent back, the oldest first. */
	readonly #placed = new Map<string, PlacedOrder>();
	readonly #reports: Pick<ServerReports, 'order' | 'refund'>;

	constructor(reports: Pick<ServerReports, 'order' | 'refund'>) {
		this.#reports = reports;
	}

	/** Takes the order of a posted form. One that was posted before, as by a double click, is the same order. */
	place(form: string, userAgent: string | undefined): void {
		const order = placedOrder(form);
		if (order === undefined || this.#placed.has(order.orderId)) return;
		this.#placed.set(order.orderId, order);
		for (const oldest of this.#placed.keys()) {
			if (this.#placed.size <= placedMax) break;
			this.#placed.delete(oldest);
		}
		this.#reports.order({ ...order, ...(userAgent !== undefined && { userAgent }) });
	}

	/** Takes back the order of a posted form: all of it, once. */
	takeBack(form: string): void {
		const orderId = new URLSearchParams(form).get('order') ?? '';
		const order = this.#placed.get(orderId);
		if (order === undefined) return;
		this.#placed.delete(orderId);
		const { visitorId, amount, currency } = order;
		this.#reports.refund({ orderId, refundId: `R-${orderId}`, visitorId, amount, currency });
	}
}
