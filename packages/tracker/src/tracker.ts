import { limits, type Outcome } from '@footfall/protocol';
import { listenForClicks } from './capture/click.js';
import { pageContext } from './capture/page-context.js';
import { listenForView, viewFields } from './capture/page-view.js';
import { createListeners } from './listeners.js';
import type { EventFields, RawFields, TrackerOptions } from './options.js';
import { batchQueue } from './queue/batch-queue.js';
import { createBatcher } from './queue/batcher.js';
import { clip } from './queue/clip.js';
import { boundFields, wireEvent } from './queue/wire-event.js';
import { safely } from './safely.js';
import { startDelivery } from './send/delivery.js';
import { randomInteger, readUser, readVisitor, writeUser } from './visitor.js';

/** Longest wait of `flush()`, milliseconds. */
const flushMsMax = 10_000;

export type Tracker = ReturnType<typeof startTracker>;

/** Starts capturing and sending. One per page. */
export function startTracker({ site, collector, flushIntervalMs = 1_000 }: TrackerOptions) {
	const visitor = readVisitor();
	const stream = randomInteger();
	const { _add: on, _tell: tell } = createListeners();
	const queue = batchQueue();
	const contextNow = pageContext();
	// Whatever else writes to the site's storage: an id that is too long would have every batch refused.
	let userId = clip(readUser(), limits.userIdBytesMax);
	let offsetMs = 0;
	let warnedOf = '';

	const delivery = startDelivery(
		collector,
		stream,
		queue,
		(ms) => {
			offsetMs = ms;
		},
		({ _sequence, _events }, outcome) => {
			if (outcome !== 'stored' && outcome !== 'duplicate') lose(outcome, _events);
			tell('ack', { stream, sequence: _sequence, outcome, events: _events });
		},
	);
	const batcher = createBatcher(
		[site, visitor, stream],
		flushIntervalMs,
		() => Date.now() + offsetMs,
		(batch) => {
			lose('queue-full', queue._push(batch));
			delivery._pump();
		},
	);

	/** Tells listeners of every loss, the console only when there is a new reason. */
	function lose(reason: Outcome | 'queue-full', events: number): void {
		if (!events) return;
		if (reason !== warnedOf) console.warn(`footfall: ${events} events of data-site="${site}" lost: ${reason}`);
		warnedOf = reason;
		tell('error', { reason, events });
	}

	function capture(name: string, raw: RawFields = {}, isView = false): void {
		const at = Date.now();
		const fields = boundFields(name, raw);
		if (!fields.name) throw 'an event needs a name';
		const sequence = batcher._sequence();
		const index = batcher._add(contextNow(userId, isView), wireEvent(at, fields, raw.props as object));
		tell('event', { visitor, stream, sequence, index, ts: at + offsetMs, ...fields });
	}

	const view = safely(() => capture('view', viewFields(), true));
	const leave = () => delivery._leave(batcher._freeze);
	listenForClicks(safely((fields: RawFields) => capture('click', fields)));
	document.addEventListener('visibilitychange', () => document.hidden && leave());
	addEventListener('pagehide', leave);
	// After the code that started us, so that its listeners hear of the first view too.
	queueMicrotask(() => listenForView(view));

	return {
		page: view,
		track: safely((name: string, fields?: EventFields) => capture(name, fields)),
		identify: safely((id: string) => {
			userId = clip(id, limits.userIdBytesMax);
			writeUser(userId);
		}),
		flush(): Promise<void> {
			batcher._freeze();
			const before = batcher._sequence();
			return new Promise((done) => {
				const finish = () => {
					stop();
					done();
				};
				const check = () => queue._hasBefore(before) || finish();
				const stop = on('ack', check);
				setTimeout(finish, flushMsMax);
				check();
			});
		},
		on,
	};
}
