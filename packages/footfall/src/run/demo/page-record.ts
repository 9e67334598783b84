import { eventId } from '@footfall/protocol';

/** The idempotency key of an event that a page has tracked. */
export interface TrackedEvent {
	visitor: number;
	stream: number;
	sequence: number;
	index: number;
}

/** The pages' own record of the events they tracked, with which the tables are compared. */
export class PageRecord {
	readonly #ids = new Set<string>();
	readonly #visitors = new Set<number>();
	/** Events that a page has captured and could not keep. */
	notKept = 0;

	/** Adds an event; an event that is added twice counts once. */
	add({ visitor, stream, sequence, index }: TrackedEvent): void {
		// Copied, because V8 keeps a concatenated string as a tree of its parts, which takes four times the memory.
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
