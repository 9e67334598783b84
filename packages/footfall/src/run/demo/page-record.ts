import { eventId } from '@footfall/protocol';

/** What names an event that a page has tracked, and keeps until it is acknowledged. */
export interface TrackedEvent {
	visitor: number;
	stream: number;
	sequence: number;
	index: number;
}

/** The pages' own record of what they tracked: the truth that the tables are held against. */
export class PageRecord {
	readonly #ids = new Set<string>();
	readonly #visitors = new Set<number>();
	/** Events that a page has captured and not kept. */
	notKept = 0;

	/** Adds an event; the same event told twice counts once. */
	add({ visitor, stream, sequence, index }: TrackedEvent): void {
		// Copied, since a text that was put together is kept in its parts, which takes four times the memory.
		this.#ids.add(Buffer.from(eventId(visitor, stream, sequence, index)).toString('latin1'));
		this.#visitors.add(visitor);
	}

	ids(): ReadonlySet<string> {
		return this.#ids;
	}

	visitors(): number[] {
		return [...this.#visitors];
	}
}
