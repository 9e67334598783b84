import { FootfallError } from '../options.js';
import type { Segment } from '../spool/segment.js';

/** An event that waits for its acknowledgement. */
export interface WaitingEvent {
	/** The event as JSON. */
	text: string;
	/** Size of the text, bytes. */
	bytes: number;
	/** The file of the spool that holds the event. */
	segment: Segment | undefined;
	/** Called once, with an error if the event is not stored. */
	settle(error?: FootfallError): void;
	/** Resolves when the event is settled, whatever became of it. */
	settled: Promise<void>;
}

/** Maximum number of events of a request: the answer describes as many rejected events. */
const requestEventsMax = 100;
/** Maximum size of a request, bytes: half of what the collector takes of a body. */
const requestBytesMax = 524_288;

/** Events in the order of their calls, bounded by their bytes. */
export class WaitingEvents {
	readonly #bytesMax: number;
	readonly #events: WaitingEvent[] = [];
	readonly #unsettled = new Set<WaitingEvent>();
	#bytes = 0;

	constructor(bytesMax: number) {
		this.#bytesMax = bytesMax;
	}

	/** Whether less than half of the bound is in use, so that events of an earlier process can be added. */
	get isHalfEmpty(): boolean {
		return this.#bytes * 2 < this.#bytesMax;
	}

	/** @throws FootfallError if the bound is reached */
	checkRoom(text: string): void {
		if (this.#bytes + Buffer.byteLength(text) <= this.#bytesMax) return;
		const why = `${this.#unsettled.size} events wait for the collector; that is all that queueBytesMax allows.`;
		throw new FootfallError('queue-full', `The event is not stored: ${why}`, text);
	}

	/** Adds an event. Its promise rejects if the event is not stored; nobody has to wait for it. */
	add(text: string, segment: Segment | undefined): Promise<void> {
		const { promise, settle } = settleable();
		const bytes = Buffer.byteLength(text);
		const settled = promise.catch(() => {});
		const event: WaitingEvent = { text, bytes, segment, settled, settle };
		this.#events.push(event);
		this.#unsettled.add(event);
		this.#bytes += bytes;
		void settled.then(() => {
			this.#unsettled.delete(event);
			this.#bytes -= bytes;
		});
		return promise;
	}

	/** Removes and returns the events of the next request; none if none waits. */
	takeRequest(): WaitingEvent[] {
		let bytes = 0;
		const fits = (event: WaitingEvent) => {
			bytes += event.bytes + 1;
			return bytes <= requestBytesMax;
		};
		const end = this.#events.slice(0, requestEventsMax).findIndex((event, index) => !fits(event) && index > 0);
		return this.#events.splice(0, end === -1 ? requestEventsMax : end);
	}

	/** Resolves when every event that waits now is settled. */
	async settled(): Promise<void> {
		await Promise.all(this.unsettled().map(({ settled }) => settled));
	}

	unsettled(): WaitingEvent[] {
		return [...this.#unsettled];
	}
}

function settleable(): { promise: Promise<void>; settle: (error?: FootfallError) => void } {
	let settle: (error?: FootfallError) => void = () => {};
	const promise = new Promise<void>((resolve, reject) => {
		settle = (error) => (error === undefined ? resolve() : reject(error));
	});
	return { promise, settle };
}
