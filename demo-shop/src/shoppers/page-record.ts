import type { BatchAck, TrackerError } from '@footfall/tracker';
import type { BrowserContext, Page } from 'playwright-core';
import { unpackScript } from './unpack-script.js';

/**
 * An event as the page stores it until it is acknowledged. Visitor, stream, sequence and index are its idempotency
 * key.
 */
export interface RecordedEvent {
	visitor: number;
	/** Number of the page load. */
	stream: number;
	/** Number of the batch. */
	sequence: number;
	/** Position in the batch. */
	index: number;
	name: string;
	obj: string;
	objId: string;
	productId: number;
	amount: number;
	/** ISO 4217 code; empty for none. */
	currency: string;
	/** Fields of an order, under the names that the page has given them. */
	details: Readonly<Record<string, unknown>>;
}

/** Events that a page has lost. */
interface PageLoss {
	/** Reason that the tracker reports, or `not-kept` for captured events that are not in its storage. */
	reason: TrackerError['reason'] | 'not-kept';
	events: number;
}

/** Callbacks for reports of pages. */
export interface PageListeners {
	/** Called once for each event that was captured and stored, independently of its delivery. */
	onRecord(event: RecordedEvent): void;
	/** Called when a batch was answered while its page was open. No page receives the answer to a beacon. */
	onAck?(ack: BatchAck): void;
	/** Called when events were refused, dropped, or never stored. */
	onError?(loss: PageLoss): void;
}

/** The record of one visitor's pages. */
export interface PageRecord {
	/** Reads events that the page has not reported yet. Call it before the visitor's last page closes. */
	collect(page: Page): Promise<void>;
}

const binding = 'shopperReport';
const storageKey = 'shopper_record';
/** Maximum number of unreported events in localStorage. There are more only if Node does not respond. */
const keptMax = 500;
const collectTries = 3;
/** Number of times that the page looks for captured events; each microtask before the tracker's takes one. */
const looksMax = 9;

/**
 * Records the captured events of pages, independently of their delivery. After each captured event, at the end of the
 * same task, the script of the page reads the tracker's storage and reports new events to Node. They stay in the
 * page's localStorage until Node has answered. If a navigation interrupts a report, the next page repeats it, or
 * `collect` reads the events at the end of the visit. A context may have only one open page at a time, as shoppers do.
 *
 * @param shopOrigin origin of the recorded pages; others (about:blank) have no storage
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
			// A navigation may interrupt the evaluation; the next page has the same storage.
			if (tries === collectTries || page.isClosed()) throw error;
		}
	}
}

/**
 * A script that runs in the page before all its scripts. Through the tracker's stub it sees every event, also before
 * the tracker is loaded. A report that a navigation interrupts never settles, and its events stay in the storage for
 * the next page.
 */
function pageScript(shopOrigin: string): string {
	return `(() => {
	if (location.origin !== ${JSON.stringify(shopOrigin)} || window !== window.top) return;
	const key = ${JSON.stringify(storageKey)};
	const identity = (event) => [event.visitor, event.stream, event.sequence, event.index].join();
	const read = () => JSON.parse(localStorage.getItem(key) || '[]');
	const write = (events) => localStorage.setItem(key, JSON.stringify(events.slice(-${keptMax})));
	const send = (kind, message) => window.${binding}(kind, message);
	const report = (events) => send('event', events).then(() => {
		const taken = new Set(events.map(identity));
		write(read().filter((event) => !taken.has(identity(event))));
	}, () => {});
	const left = read();
	if (left.length > 0) report(left);

	${unpackScript}
	const isBatch = ([name]) => /^footfall_[0-9]+_/.test(name);
	const batches = () => Object.entries(localStorage).filter(isBatch).map(([name, text]) =>
		({ name, stream: Number(name.split('_')[1]), ...readStored(text) }));
	// Batches that exist already are of other pages.
	const others = new Set(batches().map(({ stream }) => stream));
	const recorded = {};
	let ownStream;
	const news = () => batches().flatMap(({ name, stream, events, batch }) => {
		if (others.has(stream) || stream !== (ownStream ??= stream)) return [];
		const first = recorded[name] || 0;
		if (events === first) return [];
		recorded[name] = events;
		const [, , visitor, , sequence, , , all, listed] = batch();
		const details = Object.fromEntries(listed);
		return all.slice(first).map(([, , name, obj = '', objId = '', productId = 0, amount = 0, currency = ''], i) => {
			const index = first + i;
			return { visitor, stream, sequence, index, name, obj, objId, productId, amount, currency, details: details[index] || {} };
		});
	});
	let captured = 0;
	// The tracker stores the events of a task at the end of the task, in a microtask as well.
	const look = (more) => {
		const events = news();
		captured -= events.length;
		if (events.length > 0) {
			write([...read(), ...events]);
			report(events);
		}
		if (captured <= 0) return;
		if (more > 0) return queueMicrotask(() => look(more - 1));
		send('error', { reason: 'not-kept', events: captured }).catch(() => {});
		captured = 0;
	};
	window.footfall = window.footfall || function () { (window.footfall.q = window.footfall.q || []).push(arguments); };
	window.footfall('beforeSend', (event) => {
		captured++;
		queueMicrotask(() => look(${looksMax}));
		return event;
	});
	for (const kind of ['ack', 'error']) window.footfall('on', kind, (message) => send(kind, message).catch(() => {}));
})();`;
}
