import type { BatchAck, CapturedEvent, TrackerError } from '@footfall/tracker';
import type { BrowserContext, Page } from 'playwright-core';

/** What pages tell of themselves. */
export interface PageListeners {
	/** An event was captured. Called once for each, whatever becomes of its delivery. */
	onRecord(event: CapturedEvent): void;
	/** A batch was answered while its page was still there: the answer to a beacon is heard by nobody. */
	onAck?(ack: BatchAck): void;
	/** Events were refused or forgotten. */
	onError?(error: TrackerError): void;
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

/**
 * Keeps the pages' own record of what was captured, apart from everything that is sent: each event is reported to Node
 * the moment the tracker captures it, and lies in the page's localStorage until Node has answered. What a navigation
 * cuts off there is reported by the next page, or read by `collect` when the visit ends.
 *
 * @param shopOrigin the pages to record; others (about:blank) have no storage
 */
export async function recordPages(
	context: BrowserContext,
	shopOrigin: string,
	{ onRecord, onAck, onError }: PageListeners,
): Promise<PageRecord> {
	const seen = new Set<string>();
	const take = (events: readonly CapturedEvent[]) => {
		for (const event of events) {
			const identity = [event.visitor, event.stream, event.sequence, event.index].join();
			if (seen.has(identity)) continue;
			seen.add(identity);
			onRecord(event);
		}
	};
	await context.exposeBinding(binding, (_source, kind: string, message: unknown) => {
		if (kind === 'event') take(message as CapturedEvent[]);
		else if (kind === 'ack') onAck?.(message as BatchAck);
		else onError?.(message as TrackerError);
	});
	await context.addInitScript({ content: pageScript(shopOrigin) });
	return {
		async collect(page) {
			if (page.url().startsWith(`${shopOrigin}/`)) take(await readKept(page));
		},
	};
}

async function readKept(page: Page): Promise<CapturedEvent[]> {
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
 * Runs in the page before any of its scripts. The tracker's stub lets it listen before the tracker is there. A report
 * that is cut off by a navigation never settles, and its events stay where the next page finds them.
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
	window.footfall = window.footfall || function () { (window.footfall.q = window.footfall.q || []).push(arguments); };
	window.footfall('on', 'event', (event) => {
		write([...read(), event]);
		report([event]);
	});
	for (const kind of ['ack', 'error']) window.footfall('on', kind, (message) => tell(kind, message).catch(() => {}));
})();`;
}
