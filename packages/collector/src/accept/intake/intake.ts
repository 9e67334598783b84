import { type BatchHead, batchHead } from '@footfall/protocol/decode';
import { type Endpoint, withReceipt } from '../../client.js';
import type { Metrics } from '../../metrics.js';
import type { Appended, Deferral } from '../../wal/commit-group.js';
import type { LogRecord } from '../../wal/segment-format.js';
import type { SegmentLog } from '../../wal/wal.js';
import type { FairTurns } from '../limits/fair-scheduler.js';
import { type Admission, type Excess, type VisitorEvents, workBytes } from '../limits/rate-limits.js';
import type { Sender, SenderAddress } from '../limits/sender-address.js';
import { type Answer, retryAfterMs } from './answer.js';
import { type Ingested, ingest } from './check-frame.js';
import type { ClientCache } from './client-cache.js';
import type { CountryOf } from './country-database.js';
import { identityOf, type RecentBatches } from './recent-batches.js';
import type { SiteTable } from './site-table.js';

type Refusal = Extract<Ingested, { ok: false }>;

/** A frame made from JSON events. The decoder takes every one: tested with all that the schema accepts. */
export interface JsonFrame {
	bytes: Uint8Array;
	/** How many are in it. */
	events: number;
	/** The visitor who did them, and the key of the site. */
	visitor: number;
	site: string;
}

/** What the intake works with. */
export interface IntakeParts {
	sites: SiteTable;
	log: SegmentLog;
	clients: ClientCache;
	countryOf: CountryOf;
	recent: RecentBatches;
	metrics: Metrics;
	admission: Admission;
	turns: FairTurns;
}

/** Takes batches: decides, writes to the log, and answers when the log has synced. */
export class Intake {
	readonly #parts: IntakeParts;

	constructor(parts: IntakeParts) {
		this.#parts = parts;
	}

	/**
	 * Takes one frame. The caller may reuse its bytes after the call. The answer is available immediately when the
	 * frame is refused or deferred, otherwise after the next fsync. While other frames wait to be judged, this one is
	 * queued behind them first.
	 */
	take(frame: Uint8Array, sender: Sender): Answer | Promise<Answer> {
		const { admission, turns } = this.#parts;
		// Processes of this machine have no rate limit, and do not wait behind other senders either.
		if (sender.isExempt) return this.#judge(frame, sender);
		const debt = admission.debt(sender);
		if (debt !== undefined) return this.#putOff(frame, sender, debt.reason, debt.retryAfterMs);
		if (turns.isOpenTo(sender)) return turns.now(() => this.#judge(frame, sender));
		return this.#judgeLater(frame, sender);
	}

	#judgeLater(frame: Uint8Array, sender: Sender): Answer | Promise<Answer> {
		const { admission } = this.#parts;
		let copy = noBytes;
		const later = this.#later(sender, frame.length, () => {
			// Earlier frames may have used up the sender's budget.
			const debt = admission.debt(sender);
			if (debt === undefined) return this.#judge(copy, sender);
			return this.#putOff(copy, sender, debt.reason, debt.retryAfterMs);
		});
		if (later === undefined) return this.#putOff(frame, sender, 'busy', retryAfterMs.busy);
		// Not before there is room: copying costs as much as looking at the name.
		copy = new Uint8Array(frame);
		return later;
	}

	/** The answer of the work in a later turn; `undefined` if there is no room for it to wait. */
	#later(sender: Sender, bytes: number, work: () => Answer | Promise<Answer>): Promise<Answer> | undefined {
		const { promise, resolve, reject } = withResolvers<Answer>();
		const isWaiting = this.#parts.turns.later(sender, bytes, () => {
			try {
				resolve(work());
			} catch (error) {
				reject(error);
			}
		});
		return isWaiting ? promise : undefined;
	}

	/** Answers after reading nothing but the name of the frame. */
	#putOff(frame: Uint8Array, sender: Sender, reason: Excess | 'busy', retryAfterMs: number): Answer {
		this.#parts.admission.chargePutOff(sender, reason, frame.length);
		return this.defer(batchHead(frame), reason, retryAfterMs);
	}

	#judge(frame: Uint8Array, sender: Sender): Answer | Promise<Answer> {
		const { sites, log, recent, admission } = this.#parts;
		admission.charge(sender, frame.length);
		const ingested = ingest(frame, sites, sender.origin);
		if (!ingested.ok) return this.refuse(sender, ingested);
		const { head, events } = ingested;
		const identity = identityOf(frame);
		const earlier = recent.get(identity);
		// A duplicate is charged to the address, because it was judged again. It may not be the visitor who sent it.
		const visitors = earlier === undefined ? [{ site: head.site, visitor: head.visitor, events }] : [];
		const excess = admission.excess(sender, events, visitors);
		if (excess !== undefined || earlier !== undefined) admission.charge(sender, workBytes.repeat);
		if (excess !== undefined) return this.defer(head, excess.reason, excess.retryAfterMs);
		if (earlier !== undefined) return earlier.then((appended) => this.#outcome(head, appended, 'duplicate', events));
		const appended = log.append([this.#record(frame, events, sender, Date.now())]);
		recent.add(identity, appended);
		return appended.then((result) => this.#outcome(head, result, 'stored', events));
	}

	/** Rejects a batch permanently, and counts it. */
	refuse(sender: SenderAddress, { reason, head, detail }: Omit<Refusal, 'ok'>): Answer {
		this.#parts.admission.charge(sender, workBytes.refusal);
		this.#parts.metrics.rejected(reason);
		return { outcome: reason, head, detail };
	}

	/**
	 * Takes frames made from one JSON body, whose sites and origin are checked: all or none of them. There is at least one. While
	 * others are waiting for their turn, they wait for their own.
	 *
	 * @param client whose events are not stored when it has gone by then: it would send them again
	 */
	takeAll(
		frames: readonly JsonFrame[],
		sender: Sender,
		client: { readonly isGone: boolean },
	): Answer | Promise<Answer> {
		const { turns } = this.#parts;
		if (sender.isExempt) return this.#appendAll(frames, sender);
		if (turns.isOpenTo(sender)) return turns.now(() => this.#appendAll(frames, sender));
		const bytes = frames.reduce((sum, frame) => sum + frame.bytes.length, 0);
		const busy = () => this.defer(undefined, 'busy', retryAfterMs.busy);
		const later = this.#later(sender, bytes, () => (client.isGone ? busy() : this.#appendAll(frames, sender)));
		return later ?? busy();
	}

	async #appendAll(frames: readonly JsonFrame[], sender: Sender): Promise<Answer> {
		const { admission, log } = this.#parts;
		const receivedAtMs = Date.now();
		const events = frames.reduce((sum, frame) => sum + frame.events, 0);
		const excess = sender.isExempt ? undefined : admission.excess(sender, events, visitorsOf(frames));
		if (excess !== undefined) {
			admission.charge(sender, workBytes.repeat);
			return this.defer(undefined, excess.reason, excess.retryAfterMs);
		}
		const client = this.#client(sender, 'json');
		const records = frames.map(({ bytes, events }) => ({ receivedAtMs, events, client, frame: bytes }));
		return this.#outcome(undefined, await log.append(records), 'stored', events);
	}

	#record(frame: Uint8Array, events: number, sender: Sender, receivedAtMs: number): LogRecord {
		return { receivedAtMs, events, client: this.#client(sender, 'page'), frame };
	}

	/** The client part of a record. Of the address it keeps the country alone. */
	#client({ userAgent, address }: Sender, endpoint: Endpoint): Uint8Array {
		const { clients, countryOf } = this.#parts;
		return withReceipt(clients.encoded(userAgent), countryOf(address), endpoint);
	}

	#outcome(head: BatchHead | undefined, appended: Appended, success: 'stored' | 'duplicate', events: number): Answer {
		const { metrics } = this.#parts;
		if (appended === 'synced') {
			metrics.taken(success, events);
			return { outcome: success, head };
		}
		return this.defer(head, appended, retryAfterMs[appended]);
	}

	/** Tells a sender to come again later, and counts it. */
	defer(head: BatchHead | undefined, reason: Deferral | Excess, retryAfterMs: number): Answer {
		this.#parts.metrics.deferred(reason);
		return { outcome: 'retry-later', head, retryAfterMs, deferral: reason };
	}
}

const noBytes = new Uint8Array(0);

/** Events of each visitor of a site in frames, of which one visitor may have several. */
function visitorsOf(frames: readonly JsonFrame[]): VisitorEvents[] {
	const byVisitor = new Map<string, VisitorEvents>();
	for (const { site, visitor, events } of frames) {
		// Not by the number, which the sender chose: V8 hashes numbers without a seed.
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
