import { type BatchHead, batchHead } from '@footfall/protocol/decode';
import { type Mark, type Receipt, sourceOf, withReceipt } from '../../client.js';
import type { Metrics } from '../../metrics.js';
import type { Appended, Backpressure } from '../../wal/commit-group.js';
import type { WalRecord } from '../../wal/segment-format.js';
import type { Wal } from '../../wal/wal.js';
import type { FairScheduler } from '../limits/fair-scheduler.js';
import { type ExceededLimit, type RateLimits, type VisitorEvents, workBytes } from '../limits/rate-limits.js';
import type { Sender, SenderAddress } from '../limits/sender-address.js';
import { type Answer, retryAfterMs } from './answer.js';
import { type CheckedFrame, checkFrame, ordersIn } from './check-frame.js';
import type { ClientCache } from './client-cache.js';
import type { CountryOf } from './country-database.js';
import { contentKeyOf, type RecentBatches } from './recent-batches.js';
import type { SiteSettings } from './site-settings.js';
import { orderNeedsKey } from './write-keys.js';

type Refusal = Extract<CheckedFrame, { ok: false }>;

/**
 * A frame made from JSON events. The decoder accepts every one, which is tested with everything that the schema
 * accepts.
 */
export interface JsonFrame {
	bytes: Uint8Array;
	/** Number of events in the frame. */
	events: number;
	/** The visitor of the events, and the key of the site. */
	visitor: number;
	site: string;
	/** Whether the events name a visitor or a user. Orders that name neither have the visitor 0. */
	hasVisitor: boolean;
	/** Whether the visitor was computed from a user id. */
	isDerived: boolean;
	/** The person's user agent and address, if the sender told them. */
	userAgent: string | undefined;
	ip: string | undefined;
}

/** The sender of JSON events. */
export interface JsonSender extends Sender {
	/** Whether the request had a write key. */
	readonly isKeyed: boolean;
}

/** Dependencies of the intake. */
export interface IntakeParts {
	siteSettings: SiteSettings;
	wal: Wal;
	clients: ClientCache;
	countryOf: CountryOf;
	recent: RecentBatches;
	metrics: Metrics;
	rateLimits: RateLimits;
	scheduler: FairScheduler;
}

/** Accepts batches: checks them, appends them to the WAL, and answers when they are durable. */
export class Intake {
	readonly #parts: IntakeParts;

	constructor(parts: IntakeParts) {
		this.#parts = parts;
	}

	/**
	 * Accepts one frame. The caller may reuse its bytes after the call. The answer is available immediately if the
	 * frame is rejected or exceeds a limit, otherwise after the next fsync. While other frames wait to be checked, this
	 * one is queued behind them first.
	 *
	 * @param connection the connection that the frame came on; the frame is not checked if the collector has closed it
	 *   while the frame waited. A frame of a page that has left is checked: it may be the last one of the page.
	 */
	take(frame: Uint8Array, sender: Sender, connection: { readonly isClosed: boolean } = open): Answer | Promise<Answer> {
		const { rateLimits, scheduler } = this.#parts;
		// Processes of this machine have no rate limit, and do not wait behind other senders.
		if (sender.isExempt) return this.#check(frame, sender);
		const debt = rateLimits.debt(sender);
		if (debt !== undefined) return this.#retryLaterUnchecked(frame, sender, debt.reason, debt.retryAfterMs);
		if (scheduler.hasTimeFor(sender)) return scheduler.runNow(() => this.#check(frame, sender));
		return this.#checkLater(frame, sender, connection);
	}

	#checkLater(frame: Uint8Array, sender: Sender, connection: { readonly isClosed: boolean }): Answer | Promise<Answer> {
		const { rateLimits } = this.#parts;
		let copy = noBytes;
		const later = this.#later(sender, frame.length, () => {
			if (connection.isClosed) return unchecked;
			// Earlier frames may have used up the sender's budget.
			const debt = rateLimits.debt(sender);
			if (debt === undefined) return this.#check(copy, sender);
			return this.#retryLaterUnchecked(copy, sender, debt.reason, debt.retryAfterMs);
		});
		if (later === undefined) return this.#retryLaterUnchecked(frame, sender, 'busy', retryAfterMs.busy);
		// The frame is copied only after memory was reserved: copying costs as much as reading the head.
		copy = new Uint8Array(frame);
		return later;
	}

	/**
	 * Returns the answer of work in a later iteration of the event loop; `undefined` if the memory budget does not
	 * suffice.
	 */
	#later(sender: Sender, bytes: number, work: () => Answer | Promise<Answer>): Promise<Answer> | undefined {
		const { promise, resolve, reject } = withResolvers<Answer>();
		const isWaiting = this.#parts.scheduler.enqueue(sender, bytes, () => {
			try {
				resolve(work());
			} catch (error) {
				reject(error);
			}
		});
		return isWaiting ? promise : undefined;
	}

	/** Answers `retry-later` after reading only the head of the frame. */
	#retryLaterUnchecked(
		frame: Uint8Array,
		sender: Sender,
		reason: ExceededLimit | 'busy',
		retryAfterMs: number,
	): Answer {
		this.#parts.rateLimits.chargeUnchecked(sender, reason, frame.length);
		return this.retryLater(batchHead(frame), reason, retryAfterMs);
	}

	#check(frame: Uint8Array, sender: Sender): Answer | Promise<Answer> {
		const { siteSettings, wal, recent, rateLimits, metrics } = this.#parts;
		rateLimits.charge(sender, frame.length);
		const checked = checkFrame(frame, siteSettings, sender.origin);
		if (!checked.ok) return this.refuse(sender, checked);
		const { head, events, mayHaveForeignOrders } = checked;
		const contentKey = contentKeyOf(frame);
		const earlier = recent.get(contentKey);
		// A duplicate is charged to the address, because it was checked again. It is not charged to the visitor, who
		// may not have sent it.
		const visitors = earlier === undefined ? [{ site: head.site, visitor: head.visitor, events }] : [];
		const excess = rateLimits.admit(sender, events, visitors);
		if (excess !== undefined || earlier !== undefined) rateLimits.charge(sender, workBytes.repeat);
		if (excess !== undefined) return this.retryLater(head, excess.reason, excess.retryAfterMs);
		// They are stored, and count as none.
		const ordersNotTaken = mayHaveForeignOrders ? this.#countOrders(frame, sender) : 0;
		const answerOf = (result: Appended, success: 'stored' | 'duplicate') =>
			withNotice(this.#outcome(head, result, success, events), ordersNotTaken);
		if (earlier !== undefined) return earlier.then((appended) => answerOf(appended, 'duplicate'));
		const mark = ordersNotTaken > 0 ? 'no-orders' : undefined;
		const appended = wal.append([this.#record(frame, events, sender, mark)]);
		recent.add(contentKey, appended);
		return appended.then((result) => {
			if (result === 'durable') metrics.ordersNotTaken.inc(ordersNotTaken);
			return answerOf(result, 'stored');
		});
	}

	#countOrders(frame: Uint8Array, sender: Sender): number {
		this.#parts.rateLimits.charge(sender, frame.length);
		return ordersIn(frame);
	}

	/** Rejects a batch permanently, and counts it. */
	refuse(sender: SenderAddress, { reason, head, detail }: Omit<Refusal, 'ok'>): Answer {
		this.#parts.rateLimits.charge(sender, workBytes.refusal);
		this.#parts.metrics.rejected(reason);
		return { outcome: reason, head, detail };
	}

	/**
	 * Accepts frames made from one JSON body, whose sites and origin were checked: either all of them or none. There is
	 * at least one. While other input waits, the frames are queued behind it.
	 *
	 * @param client the sender; its events are not stored if it has disconnected by then, since it would resend them
	 */
	takeAll(
		frames: readonly JsonFrame[],
		sender: JsonSender,
		client: { readonly isGone: boolean },
	): Answer | Promise<Answer> {
		const { scheduler } = this.#parts;
		if (sender.isExempt) return this.#appendAll(frames, sender);
		if (scheduler.hasTimeFor(sender)) return scheduler.runNow(() => this.#appendAll(frames, sender));
		const bytes = frames.reduce((sum, frame) => sum + frame.bytes.length, 0);
		const busy = () => this.retryLater(undefined, 'busy', retryAfterMs.busy);
		const later = this.#later(sender, bytes, () => (client.isGone ? busy() : this.#appendAll(frames, sender)));
		return later ?? busy();
	}

	async #appendAll(frames: readonly JsonFrame[], sender: JsonSender): Promise<Answer> {
		const { rateLimits, wal } = this.#parts;
		const receivedAtMs = Date.now();
		const events = frames.reduce((sum, frame) => sum + frame.events, 0);
		const excess = sender.isExempt ? undefined : rateLimits.admit(sender, events, visitorsOf(frames));
		if (excess !== undefined) {
			rateLimits.charge(sender, workBytes.repeat);
			return this.retryLater(undefined, excess.reason, excess.retryAfterMs);
		}
		const clients = this.#jsonClients(frames, sender);
		const records = frames.map(({ bytes, events }, i) => {
			return { receivedAtMs, events, client: clients[i] as Uint8Array, frame: bytes };
		});
		return this.#outcome(undefined, await wal.append(records), 'stored', events);
	}

	#record(frame: Uint8Array, events: number, sender: Sender, mark: Mark | undefined): WalRecord {
		const receipt = { endpoint: 'page', source: sourceOf('page', sender.origin), mark } as const;
		return { receivedAtMs: Date.now(), events, client: this.#client(sender.userAgent, sender.address, receipt), frame };
	}

	/** Encodes the client part of each frame of a body. Most bodies have the same one in all frames. */
	#jsonClients(frames: readonly JsonFrame[], { userAgent, address, origin, isKeyed }: JsonSender): Uint8Array[] {
		const source = sourceOf('json', origin, isKeyed);
		const clientOf = ({ userAgent: told = userAgent, ip = address, isDerived }: JsonFrame) =>
			this.#client(told, ip, { endpoint: 'json', source, mark: isDerived ? 'derived' : undefined });
		let last: { frame: JsonFrame; client: Uint8Array } | undefined;
		return frames.map((frame) => {
			if (last === undefined || !hasSameClient(last.frame, frame)) last = { frame, client: clientOf(frame) };
			return last.client;
		});
	}

	/** Encodes the client part of a record. Only the country of the address is kept. */
	#client(userAgent: string, address: string, receipt: Omit<Receipt, 'country'>): Uint8Array {
		const { clients, countryOf } = this.#parts;
		return withReceipt(clients.encoded(userAgent), { ...receipt, country: countryOf(address) });
	}

	#outcome(head: BatchHead | undefined, appended: Appended, success: 'stored' | 'duplicate', events: number): Answer {
		const { metrics } = this.#parts;
		if (appended === 'durable') {
			metrics.taken(success, events);
			return { outcome: success, head };
		}
		return this.retryLater(head, appended, retryAfterMs[appended]);
	}

	/** Answers `retry-later`, and counts it. */
	retryLater(head: BatchHead | undefined, reason: Backpressure | ExceededLimit, retryAfterMs: number): Answer {
		this.#parts.metrics.retryLater(reason);
		return { outcome: 'retry-later', head, retryAfterMs, retryReason: reason };
	}
}

const noBytes = new Uint8Array(0);
/** A connection that stays open until its only frame is answered. */
const open = { isClosed: false };
/** The answer to a frame on a connection that the collector has closed. Nobody gets it, and no metric counts it. */
const unchecked: Answer = {
	outcome: 'retry-later',
	head: undefined,
	retryAfterMs: retryAfterMs.busy,
	retryReason: 'busy',
};

/** Tells the sender of a kept batch that its orders count as none. */
function withNotice(answer: Answer, ordersNotTaken: number): Answer {
	return ordersNotTaken === 0 || answer.outcome === 'retry-later' ? answer : { ...answer, notice: orderNeedsKey };
}

function hasSameClient(one: JsonFrame, other: JsonFrame): boolean {
	return one.isDerived === other.isDerived && one.userAgent === other.userAgent && one.ip === other.ip;
}

/** Sums the events of each visitor of a site. Several frames may have one visitor, and orders of nobody have none. */
function visitorsOf(frames: readonly JsonFrame[]): VisitorEvents[] {
	const byVisitor = new Map<string, VisitorEvents>();
	for (const { site, visitor, events, hasVisitor } of frames) {
		if (!hasVisitor) continue;
		// The key is not the number alone, which the sender chose: V8 hashes numbers without a seed.
		const key = `${site} v${visitor}`;
		const known = byVisitor.get(key);
		if (known === undefined) byVisitor.set(key, { site, visitor, events });
		else known.events += events;
	}
	return [...byVisitor.values()];
}

/** Equivalent of `Promise.withResolvers`, which Node 20 does not have. */
function withResolvers<Value>() {
	let resolve: (value: Value | Promise<Value>) => void = () => {};
	let reject: (error: unknown) => void = () => {};
	const promise = new Promise<Value>((resolveIt, rejectIt) => {
		resolve = resolveIt;
		reject = rejectIt;
	});
	return { promise, resolve, reject };
}
