import { randomUUID } from 'node:crypto';
import { createFootfall, type Footfall, type Order, type Refund } from '@footfall/node';
import { collectorOrigin } from '../collector-address.js';

/** An order or a refund of which the server tells. */
export interface ServerEvent {
	readonly name: 'order' | 'refund';
	/** Id of the event, which is that of its row. */
	readonly eventId: string;
	/** Visitor whose order it is; undefined if the server knows none. */
	readonly visitorId: number | undefined;
	readonly orderId: string;
	/** Empty in an order. */
	readonly refundId: string;
	readonly amount: number;
	/** ISO 4217 code. */
	readonly currency: string;
}

/** An order or a refund as the server's own code has it. */
export type Told<Event extends Order | Refund> = Omit<
	Event,
	'visitorId' | 'eventId' | 'orderId' | 'amount' | 'currency'
> &
	Pick<ServerEvent, 'visitorId' | 'orderId' | 'amount' | 'currency'>;

export interface ServerReportsOptions {
	/** URL of the collector. */
	readonly collectorUrl: string;
	/** Site key of the shop at the collector. */
	readonly site: string;
	/** Write key of the site. */
	readonly key: string;
	/** Called with each event before it is sent. */
	onEvent?(event: ServerEvent): void;
	/** Called with a line when an event is refused, or the collector cannot be reached. */
	onFault(line: string): void;
}

/** Time after which a webhook is repeated, ms. */
const repeatAfterMs = 2_000;
/** Maximum number of repeats that wait. Without room for one, the order is told once. */
const repeatsMax = 1_000;

/**
 * Tells the collector of orders and refunds, as the server of a shop does when the webhooks of its payment provider
 * arrive. Some webhooks are repeated, and no repeat has the event id of the first one: they are one order only because
 * they have one order id.
 */
export class ServerReports {
	readonly #options: ServerReportsOptions;
	readonly #footfall: Footfall;
	/** Repeats that wait for their time. */
	readonly #repeats = new Map<NodeJS.Timeout, () => void>();

	/** @throws StartRefusal when a server cannot send to the collector's URL */
	constructor(options: ServerReportsOptions) {
		const { collectorUrl, site, key, onFault } = options;
		this.#options = options;
		// The client of the collector would refuse these with the names of its own options.
		collectorOrigin(collectorUrl);
		const collector = Object.assign(new URL(collectorUrl), { username: '', password: '' }).href;
		this.#footfall = createFootfall({
			...{ collector, site, key },
			onError: ({ message }) => onFault(`the server of the shop: ${message}`),
		});
	}

	order(order: Told<Order>): void {
		const tell = () => {
			const eventId = this.#announce('order', order);
			void this.#footfall.order({ ...withKnownVisitor(order), eventId }).catch(ignore);
		};
		tell();
		for (let repeat = 1; repeat <= repeatsOf(order.orderId); repeat++) this.#later(tell);
	}

	refund(refund: Told<Refund>): void {
		const eventId = this.#announce('refund', refund);
		void this.#footfall.refund({ ...withKnownVisitor(refund), eventId }).catch(ignore);
	}

	/** Sends the repeats that wait, too. Resolves when all events are acknowledged or refused. */
	async flush(): Promise<void> {
		for (const [timer, tell] of this.#repeats) {
			clearTimeout(timer);
			tell();
		}
		this.#repeats.clear();
		await this.#footfall.flush();
	}

	/** Ends the client. Repeats that wait are not sent. */
	async close(): Promise<void> {
		for (const timer of this.#repeats.keys()) clearTimeout(timer);
		this.#repeats.clear();
		await this.#footfall.close();
	}

	/** @returns the id of the event */
	#announce(name: ServerEvent['name'], told: Told<Order> | Told<Refund>): string {
		const { visitorId, orderId, amount, currency } = told;
		const refundId = String(('refundId' in told && told.refundId) || '');
		const eventId = randomUUID();
		this.#options.onEvent?.({ name, eventId, visitorId, orderId, refundId, amount, currency });
		return eventId;
	}

	#later(tell: () => void): void {
		if (this.#repeats.size >= repeatsMax) return;
		const timer = setTimeout(() => {
			this.#repeats.delete(timer);
			tell();
		}, repeatAfterMs);
		this.#repeats.set(timer.unref(), tell);
	}
}

/** The fields without a visitor that the server does not know: an order that names nobody counts in money. */
const withKnownVisitor = <Fields extends object>({
	visitorId,
	...rest
}: Fields & Pick<ServerEvent, 'visitorId'>): Omit<Fields, 'visitorId'> & { visitorId?: number } => ({
	...rest,
	...(visitorId !== undefined && { visitorId }),
});

/** `onFault` has told of the error. */
const ignore = () => undefined;

/** Number of repeats of the webhook of an order: none for half of the orders, else one or three. Pure. */
export function repeatsOf(orderId: string): number {
	return [0, 0, 1, 3][[...orderId].reduce((sum, char) => sum + char.charCodeAt(0), 0) % 4] as number;
}
