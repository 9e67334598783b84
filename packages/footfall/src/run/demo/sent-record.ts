import { eventId } from '@footfall/protocol';
import { type MoneyEvent, RevenueRecord } from './revenue-record.js';

/** The idempotency key of an event that a page has tracked. */
export interface TrackedEvent {
	visitor: number;
	stream: number;
	sequence: number;
	index: number;
}

/**
 * The senders' own record of the events of this run, with which the tables are compared: those that the shoppers' pages
 * have tracked, and those of the shop's server about these shoppers. What others do in the shop is not in it.
 */
export class SentRecord {
	readonly #ids = new Set<string>();
	readonly #visitors = new Set<number>();
	/** Events of the server about visitors of whom no page has told yet. */
	readonly #waiting = new Map<number, string[]>();
	readonly #revenue = new RevenueRecord();
	/** Events that a page has captured and could not keep. */
	notKept = 0;

	/** Adds an event of a page; an event that is added twice counts once. */
	add({ visitor, stream, sequence, index }: TrackedEvent): void {
		// Copied, because V8 keeps a concatenated string as a tree of its parts, which takes four times the memory.
		this.#ids.add(Buffer.from(eventId(visitor, stream, sequence, index)).toString('latin1'));
		if (this.#visitors.has(visitor)) return;
		this.#visitors.add(visitor);
		for (const id of this.#waiting.get(visitor) ?? []) this.#ids.add(id);
		this.#waiting.delete(visitor);
	}

	/** Adds an event of the shop's server. It counts as soon as a page has told of its visitor. */
	addOfServer(id: string, visitor: number): void {
		if (this.#visitors.has(visitor)) this.#ids.add(id);
		else this.#waiting.set(visitor, [...(this.#waiting.get(visitor) ?? []), id]);
	}

	/** Adds the money of an event that was added. */
	addMoney(event: MoneyEvent): void {
		this.#revenue.add(event);
	}

	ids(): ReadonlySet<string> {
		return this.#ids;
	}

	visitors(): number[] {
		return [...this.#visitors];
	}

	/** Orders less refunds by currency, in ten-thousandths. */
	revenue(): Map<string, bigint> {
		return this.#revenue.sums((visitor) => this.#visitors.has(visitor));
	}
}
