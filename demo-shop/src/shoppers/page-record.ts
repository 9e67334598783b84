import type { BatchAck, TrackerError } from '@footfall/tracker';
import type { BrowserContext, Page } from 'playwright-core';

/** An event as the page keeps it until it is acknowledged. Visitor, stream, sequence and index together are its id. */
export interface RecordedEvent {
	visitor: number;
	/** Of the page load. */
	stream: number;
	/** Of the batch. */
	sequence: number;
	/** Position in the batch. */
	index: number;
	name: string;
	obj: string;
	objId: string;
	productId: number;
	amount: number;
}

/** Events that a page has lost. */
interface PageLoss {
	/** What the tracker says, or `not-kept` when it captured something that is not in its storage. */
	reason: TrackerError['reason'] | 'not-kept';
	events: number;
}

/** What pages tell of themselves. */
export interface PageListeners {
	/** An event was captured and kept. Called once for each, whatever becomes of its delivery. */
	onRecord(event: RecordedEvent): void;
	/** A batch was answered while its page was still there: the answer to a beacon is heard by nobody. */
	onAck?(ack: BatchAck): void;
	/** Events were refused, forgotten, or never kept. */
	onError?(loss: PageLoss): void;
}

/** The record of one visitor's pages. */
export interface PageRecord {
	/** Reads what the page still keeps for Node. To be called before the visitor's last page goes away. */
	collect(page: Page): Promise<void>;
}

const binding = 'shopperReport';
const storageKey = 'shopper_record';
/** Events wait in localStorage only until Node has taken them, so more than a few mean that nobody listens. */
const keptMax = 500;
const collectTries = 3;
/** How often the page looks for what was captured, once for every microtask that may come before the tracker's. */
const looksMax = 9;

/**
 * Keeps the pages' own record of what was captured, apart from everything that is sent: what the tracker keeps is read
 * after each event that it captures, at the end of the same task, and reported to Node. It lies in the page's localStorage
 * until Node has answered; what a navigation cuts off there is reported by the next page, or read by `collect` when the
 * visit ends. For one page at a time, as shoppers have.
 *
 * @param shopOrigin the pages to record; others (about:blank) have no storage
 */
export async function recordPages(
	context: BrowserContext,
	shopOrigin: string,
	{ onRecord, onAck, onError }: PageListeners,
): Promise<PageRecord> {
	const seen = new Set<string>();
	const take = (events: readonly RecordedEvent[]) => {
		for (const event of events) {
			const identity = [event.visitor, event.stream, event.sequence, event.index].join();
			if (seen.has(identity)) continue;
			seen.add(identity);
			onRecord(event);
		}
	};
	await context.exposeBinding(binding, (_source, kind: string, message: unknown) => {
		if (kind === 'event') take(message as RecordedEvent[]);
		else if (kind === 'ack') onAck?.(message as BatchAck);
		else onError?.(message as PageLoss);
	});
	await context.addInitScript({ content: pageScript(shopOrigin) });
	return {
		async collect(page) {
			if (page.url().startsWith(`${shopOrigin}/`)) take(await readKept(page));
		},
	};
}

async function readKept(page: Page): Promise<RecordedEvent[]> {
	for (let tries = 1; ; tries += 1) {
		try {
			const kept = await page.evaluate(`localStorage.getItem(${JSON.stringify(storageKey)})`);
			return typeof kept === 'string' ? JSON.parse(kept) : [];
		} catch (error) {
			// A navigation under way takes the page from under the question; the next page has the same storage.
			if (tries === collectTries || page.isClosed()) throw error;
		}
	}
}

/**
 * Runs in the page before any of its scripts. The tracker's stub lets it see every event before the tracker is there. A
 * report that is cut off by a navigation never settles, and its events stay where the next page finds them.
 */
function pageScript(shopOrigin: string): string {
	return `(() => {
	if (location.origin !== ${JSON.stringify(shopOrigin)} || window !== window.top) return;
	const key = ${JSON.stringify(storageKey)};
	const identity = (event) => [event.visitor, event.stream, event.sequence, event.index].join();
	const read = () => JSON.parse(localStorage.getItem(key) || '[]');
	const write = (events) => localStorage.setItem(key, JSON.stringify(events.slice(-${keptMax})));
	const tell = (kind, message) => window.${binding}(kind, message);
	const report = (events) => tell('event', events).then(() => {
		const taken = new Set(events.map(identity));
		write(read().filter((event) => !taken.has(identity(event))));
	}, () => {});
	const left = read();
	if (left.length > 0) report(left);

	// Batches nearly as they go over the wire, which PROTOCOL.md describes. What is there already is others'.
	const batches = () => Object.entries(localStorage).filter(([name]) => /^footfall_[0-9]+_/.test(name)).map(([name, text]) => [name, JSON.parse(text)]);
	const others = new Set(batches().map(([, [, , , stream]]) => stream));
	const recorded = {};
	let ours;
	const news = () => batches().flatMap(([name, [, , visitor, stream, sequence, , , events]]) => {
		if (others.has(stream) || stream !== (ours ??= stream)) return [];
		const first = recorded[name] || 0;
		recorded[name] = events.length;
		return events.slice(first).map(([, , name, obj = '', objId = '', productId = 0, amount = 0], i) =>
			({ visitor, stream, sequence, index: first + i, name, obj, objId, productId, amount }));
	});
	let captured = 0;
	// The tracker keeps what a task has captured when the task ends, in a microtask too.
	const look = (more) => {
		const events = news();
		captured -= events.length;
		if (events.length > 0) {
			write([...read(), ...events]);
			report(events);
		}
		if (captured <= 0) return;
		if (more > 0) return queueMicrotask(() => look(more - 1));
		tell('error', { reason: 'not-kept', events: captured }).catch(() => {});
		captured = 0;
	};
	window.footfall = window.footfall || function () { (window.footfall.q = window.footfall.q || []).push(arguments); };
	window.footfall('beforeSend', (event) => {
		captured++;
		queueMicrotask(() => look(${looksMax}));
		return event;
	});
	for (const kind of ['ack', 'error']) window.footfall('on', kind, (message) => tell(kind, message).catch(() => {}));
})();`;
}
