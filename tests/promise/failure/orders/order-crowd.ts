import { setTimeout as wait } from 'node:timers/promises';
import type { Draws } from '@footfall/random';
import type { Ledger } from '../ledger.js';
import type { SentBatch } from '../page-traffic.js';
import { drawOrder, type JsonReport, type Report, storedId } from './draw-order.js';
import type { MoneyLedger } from './money-ledger.js';
import type { OrderImports } from './order-imports.js';

/** Dependencies of the senders of orders. */
export interface OrderCrowdParts {
	random: Draws;
	ledger: Ledger;
	money: MoneyLedger;
	imports: OrderImports;
	/** Sends a batch as a page, until it is acknowledged. */
	sendAsPage: (batch: SentBatch) => void;
	/** The current URL of each collector; undefined while it is down. */
	collectorUrls: () => readonly (string | undefined)[];
	/** Write key of the site. */
	key: string;
	ordersPerSecond: number;
}

const tickMs = 20;
/** Longest time from an order to a report of it, ms. */
const reportMsMax = 4_000;
/** Time after which a request is given up, and from a failed attempt to the next, ms. */
const requestMsMax = 5_000;
const retryMs = 200;

/** A report that is not told yet. */
interface Due {
	readonly report: Report;
	readonly dueAtMs: number;
}

/** Senders that tell of orders and refunds as pages, as servers with a write key, and by imports. */
export class OrderCrowd {
	/** Number of requests that were refused for good, which never happens to well-formed ones. */
	refused = 0;
	/** Number of requests that were sent again. */
	sentAgain = 0;
	readonly #parts: OrderCrowdParts;
	readonly #due: Due[] = [];
	readonly #requests = new Set<Promise<void>>();
	#producing: boolean = true;
	#closed: boolean = false;
	readonly #running: Promise<void>;

	constructor(parts: OrderCrowdParts) {
		this.#parts = parts;
		this.#running = this.#run();
	}

	/** Number of reports that are not told yet, or wait for an answer, but for those that pages have sent. */
	get unacked(): number {
		return this.#due.length + this.#requests.size + this.#parts.imports.pending;
	}

	/** Makes no more orders; the reports of earlier ones are still told. */
	stopProducing(): void {
		this.#producing = false;
	}

	async close(): Promise<void> {
		this.#closed = true;
		await this.#running;
		await Promise.all(this.#requests);
	}

	async #run(): Promise<void> {
		const sinceMs = performance.now();
		let made = 0;
		while (!this.#closed) {
			const nowMs = performance.now();
			while (this.#producing && made < ((nowMs - sinceMs) / 1_000) * this.#parts.ordersPerSecond) {
				this.#make(nowMs);
				made++;
			}
			for (let i = this.#due.length - 1; i >= 0; i--) {
				if ((this.#due[i] as Due).dueAtMs > nowMs) continue;
				const [{ report }] = this.#due.splice(i, 1) as [Due];
				this.#tell(report);
			}
			await wait(tickMs);
		}
	}

	#make(nowMs: number): void {
		const { random, money } = this.#parts;
		const order = drawOrder(random);
		money.add(order);
		for (const report of order.reports) this.#due.push({ report, dueAtMs: nowMs + random.integer(0, reportMsMax) });
	}

	#tell(report: Report): void {
		if (report.door === 'page') this.#parts.sendAsPage(report.batch);
		else if (report.door === 'import') this.#parts.imports.add(report.event);
		else this.#start(report.event);
	}

	#start(event: JsonReport): void {
		const request = this.#post(event).finally(() => this.#requests.delete(request));
		this.#requests.add(request);
	}

	/** Posts an event to one collector after another, until one has it on its disk. */
	async #post(event: JsonReport): Promise<void> {
		const { collectorUrls, random, ledger } = this.#parts;
		while (!this.#closed) {
			const url = random.pick(collectorUrls());
			const status = url === undefined ? undefined : await this.#attempt(url, event);
			if (status === 200) {
				const { visitor, id } = storedId({ door: 'server', event });
				return ledger.addId(visitor, id);
			}
			if (status !== undefined && status !== 503) {
				this.refused++;
				return;
			}
			this.sentAgain++;
			await wait(retryMs);
		}
	}

	/** @returns the status of the answer; undefined if there was none */
	async #attempt(url: string, event: JsonReport): Promise<number | undefined> {
		try {
			const response = await fetch(`${url}/v1/events`, {
				method: 'POST',
				headers: { Authorization: `Bearer ${this.#parts.key}`, 'Content-Type': 'application/json' },
				body: JSON.stringify(event),
				signal: AbortSignal.timeout(requestMsMax),
			});
			await response.arrayBuffer();
			return response.status;
		} catch {
			return undefined;
		}
	}
}
