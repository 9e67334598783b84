import { type EventDefaults, type JsonEvent, orderEvent, refundEvent, trackedEvent } from './event/json-event.js';
import {
	type EventContext,
	type EventFields,
	FootfallError,
	type FootfallOptions,
	type Order,
	type Refund,
} from './options.js';
import type { Verdict } from './send/answer.js';
import { blockedPorts } from './send/blocked-ports.js';
import { Sender } from './send/sender.js';
import { type WaitingEvent, WaitingEvents } from './send/waiting-events.js';
import type { Segment } from './spool/segment.js';
import { Spool } from './spool/spool.js';

/**
 * Sends the events of a server. Every function returns a promise that resolves when the collector has the event on its
 * disk, and rejects with a {@link FootfallError} when the event is refused for good. A caller may leave it alone: then
 * `onError` tells of refused events.
 */
export interface Footfall {
	/** Sends an event of the site's own, or a reserved one. */
	track(name: string, fields?: EventFields & EventContext): Promise<void>;
	/** Sends an order. Repeats of one order id count once. */
	order(order: Order): Promise<void>;
	/** Sends a refund of an order or of a part of it. */
	refund(refund: Refund): Promise<void>;
	/** Sends facts about a user, as `identify` of a page does. */
	identify(userId: string | number, traits?: EventFields['props'], context?: EventContext): Promise<void>;
	/** Resolves when all events of earlier calls are acknowledged or refused. The next attempt starts at once. */
	flush(): Promise<void>;
	/**
	 * Waits for a time for the events of earlier calls, and ends the client. Events that still wait stay in the spool, or
	 * without one are lost; their promises reject.
	 *
	 * @param withinMs @default 10_000
	 */
	close(withinMs?: number): Promise<void>;
}

/** Interval in which files of processes that have ended are taken over, ms. */
const takeOverIntervalMs = 60_000;

/**
 * Starts a client, and the sending of what an earlier process has left in the spool.
 *
 * @throws TypeError if an option is missing or invalid
 * @throws the system's error if the directory of the spool cannot be written
 */
export function createFootfall(options: FootfallOptions): Footfall {
	const client = new Client(options);
	return {
		track: (name, fields = {}) => client.send((defaults) => trackedEvent(name, fields, defaults)),
		order: (order) => client.send((defaults) => orderEvent(order, defaults)),
		refund: (refund) => client.send((defaults) => refundEvent(refund, defaults)),
		identify: (userId, traits, context = {}) =>
			client.send((defaults) =>
				trackedEvent('identify', { ...context, userId, ...(traits && { props: traits }) }, defaults),
			),
		flush: () => client.flush(),
		close: (withinMs) => client.close(withinMs),
	};
}

class Client {
	readonly #defaults: EventDefaults;
	readonly #onError: (error: FootfallError) => void;
	readonly #waiting: WaitingEvents;
	readonly #sender: Sender;
	readonly #spool: Spool | undefined;
	readonly #takeOver: NodeJS.Timeout | undefined;
	#isSending = false as boolean;
	#isClosed = false as boolean;

	constructor(options: FootfallOptions) {
		const { site, key, spool, queueBytesMax = 67_108_864, timeoutMs = 10_000 } = options;
		const collector = addressOf(options.collector);
		if (typeof site !== 'string' || site === '') throw new TypeError('createFootfall: the option `site` is missing.');
		this.#defaults = { site, url: options.url ?? collector.href };
		this.#onError = options.onError ?? ((error) => console.warn(`footfall: ${error.message}`));
		this.#waiting = new WaitingEvents(queueBytesMax);
		this.#sender = new Sender({
			endpoint: new URL('v1/events', collector).href,
			authorization: key && `Bearer ${key}`,
			timeoutMs,
			onError: this.#onError,
			onVerdict: (event, verdict) => this.#settle(event, verdict),
		});
		if (spool === undefined) return;
		this.#spool = new Spool(spool);
		this.#takeOver = setInterval(() => this.#takeOverNow(), takeOverIntervalMs).unref();
		this.#wake();
	}

	/** Makes an event, and sends it. Never throws: what is wrong with the event rejects the promise. */
	send(make: (defaults: EventDefaults) => JsonEvent): Promise<void> {
		const promise = this.#accept(make);
		// A promise that nobody awaits must not end the process.
		promise.catch((error) => this.#onError(error));
		return promise;
	}

	async #accept(make: (defaults: EventDefaults) => JsonEvent): Promise<void> {
		if (this.#isClosed) throw new FootfallError('closed', 'The event is not stored: the client is closed.');
		const text = JSON.stringify(make(this.#defaults));
		this.#waiting.checkRoom(text);
		const promise = this.#waiting.add(text, this.#spooled(text));
		this.#wake();
		return promise;
	}

	/** A spool that cannot be written does not keep an event from being sent. */
	#spooled(text: string): Segment | undefined {
		try {
			return this.#spool?.append(text);
		} catch (error) {
			const message = `The event is not in the spool: ${(error as Error).message}. It is sent from memory.`;
			this.#onError(new FootfallError('spool', message, text));
			return undefined;
		}
	}

	/** Starts sending in the next turn of the event loop, so that events of one turn share a request. */
	#wake(): void {
		if (this.#isSending) return;
		this.#isSending = true;
		setImmediate(() => void this.#sendAll());
	}

	async #sendAll(): Promise<void> {
		for (;;) {
			this.#refill();
			const request = this.#waiting.takeRequest();
			if (request.length === 0) break;
			await this.#sender.deliver(request);
		}
		this.#isSending = false;
	}

	/** Adds events that an earlier process has left, as long as there is room. */
	#refill(): void {
		this.#withSpool((spool) => {
			while (this.#waiting.isHalfEmpty) {
				const left = spool.readLeft();
				if (left === undefined) return;
				for (const text of left.events) this.#waiting.add(text, left.segment).catch(this.#onError);
			}
		});
	}

	#takeOverNow(): void {
		this.#withSpool((spool) => spool.takeOver());
		this.#wake();
	}

	#settle(event: WaitingEvent, verdict: Verdict): void {
		if (verdict.kind === 'stored') event.settle();
		else {
			this.#withSpool((spool) => spool.keepRefused(event.text));
			const message = `The collector refuses the event: ${verdict.message}.`;
			event.settle(new FootfallError(verdict.code, message, event.text));
		}
		this.#withSpool(() => event.segment?.settled());
	}

	/** Tells a failure of the spool's file system, which must not stop the sending. */
	#withSpool(use: (spool: Spool) => void): void {
		try {
			if (this.#spool) use(this.#spool);
		} catch (error) {
			this.#onError(new FootfallError('spool', `The spool cannot be read or written: ${(error as Error).message}.`));
		}
	}

	flush(): Promise<void> {
		this.#sender.tryNow();
		return this.#waiting.settled();
	}

	async close(withinMs = 10_000): Promise<void> {
		if (this.#isClosed) return;
		this.#isClosed = true;
		clearInterval(this.#takeOver);
		let timer: NodeJS.Timeout | undefined;
		const late = new Promise((resolve) => {
			timer = setTimeout(resolve, withinMs);
		});
		await Promise.race([this.flush(), late]);
		clearTimeout(timer);
		this.#sender.stop();
		const where = this.#spool ? 'It stays in the spool.' : 'It is lost.';
		const message = `The client is closed before the collector has acknowledged the event. ${where}`;
		for (const event of this.#waiting.unsettled()) event.settle(new FootfallError('closed', message, event.text));
		this.#withSpool((spool) => spool.close());
	}
}

function addressOf(collector: unknown): URL {
	const text = String(collector ?? '');
	const url = URL.canParse(text) ? new URL(text.endsWith('/') ? text : `${text}/`) : undefined;
	if (url && /^https?:$/.test(url.protocol)) {
		if (url.username !== '' || url.password !== '')
			throw new TypeError(
				'createFootfall: the option `collector` has a user or a password in it, with which fetch sends nothing: name the address without them, and give a write key of the site as `key`.',
			);
		if (url.port === '' || !blockedPorts.has(Number(url.port))) return url;
		throw new TypeError(
			`createFootfall: the option \`collector\` has the port ${url.port}, to which fetch and browsers send nothing: start the collector with another --port.`,
		);
	}
	const hint = 'such as https://events.shop.example';
	throw new TypeError(
		`createFootfall: the option \`collector\` must be the http or https address of a collector, ${hint}.`,
	);
}
