import type { BatchHead } from '@footfall/protocol/decode';
import { type Endpoint, withReceipt } from '../client.js';
import type { Appended, Deferral } from '../log/group.js';
import type { SegmentLog } from '../log/log.js';
import type { LogRecord } from '../log/segment-format.js';
import type { Metrics } from '../metrics.js';
import type { Admission, Excess } from './admission.js';
import { type Answer, retryAfterMs } from './answer.js';
import type { ClientCache } from './client-cache.js';
import type { CountryOf } from './country-database.js';
import { ingest } from './ingest.js';
import type { JsonFrame } from './json-frames.js';
import { identityOf, type RecentBatches } from './recent-batches.js';
import type { SiteTable } from './site-table.js';

/** Who sent something, from the headers of the request or of the socket's upgrade. */
export interface Sender {
	/** Empty when there was none. */
	origin: string;
	userAgent: string;
	/** IP address. */
	address: string;
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
}

/** Takes batches: decides, writes to the log, and answers when the log has synced. */
export class Intake {
	readonly #parts: IntakeParts;

	constructor(parts: IntakeParts) {
		this.#parts = parts;
	}

	/** Takes one frame. Its bytes need not outlive the call; the answer may take until the next sync. */
	async take(frame: Uint8Array, sender: Sender): Promise<Answer> {
		const { sites, log, recent, metrics, admission } = this.#parts;
		const ingested = ingest(frame, sites, sender.origin);
		if (!ingested.ok) {
			metrics.rejected(ingested.reason);
			return { outcome: ingested.reason, head: ingested.head, detail: ingested.detail };
		}
		const { head, events } = ingested;
		const identity = identityOf(frame);
		const earlier = recent.get(identity);
		if (earlier !== undefined) return this.#outcome(head, await earlier, 'duplicate', events);
		const excess = admission.excess(sender.address, events, head.visitor);
		if (excess !== undefined) return this.defer(head, excess.reason, excess.retryAfterMs);
		const appended = log.append([this.#record(frame, events, sender, Date.now())]);
		recent.add(identity, appended);
		return this.#outcome(head, await appended, 'stored', events);
	}

	/** Takes frames made from one JSON body, whose sites and origin are checked: all or none of them. There is at least one. */
	async takeAll(frames: readonly JsonFrame[], sender: Sender): Promise<Answer> {
		const receivedAtMs = Date.now();
		const client = this.#client(sender, 'json');
		const records = frames.map(({ bytes, events }) => ({ receivedAtMs, events, client, frame: bytes }));
		const events = frames.reduce((sum, frame) => sum + frame.events, 0);
		const excess = this.#parts.admission.excess(sender.address, events);
		if (excess !== undefined) return this.defer(undefined, excess.reason, excess.retryAfterMs);
		return this.#outcome(undefined, await this.#parts.log.append(records), 'stored', events);
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
		return { outcome: 'retry-later', head, retryAfterMs };
	}
}
