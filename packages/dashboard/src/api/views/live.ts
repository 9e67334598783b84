import { isSeen, pagePath } from '@footfall/warehouse';
import { z } from 'zod';
import { liveSeconds } from '../../contract/live-window.js';
import type { MartsLag } from '../marts-lag.js';
import { flag, maybeNumber, number, select, text, type ViewQueries } from '../query.js';

const inWindow = `site = {site:String} AND received_at > now64(3) - INTERVAL ${liveSeconds} SECOND`;

/** Incoming events, from the raw table. It holds receipts, so an event that was sent twice may be there twice. */
export const live = {
	seconds: select(
		/** Whole seconds since 1970, by the clock of ClickHouse. Seconds without events have no row. */
		{ second: number, events: number },
		`SELECT toUnixTimestamp(received_at) AS second, count() AS events
FROM events
WHERE ${inWindow}
GROUP BY second
ORDER BY second`,
	),
	latest: select(
		{
			id: text,
			receivedMs: number,
			/** Time from the event in the page to its receipt by the collector. */
			lagMs: number,
			name: text,
			obj: text,
			objId: text,
			path: text,
			device: text,
			browser: text,
			country: text,
			amount: number,
			isBot: flag,
		},
		`SELECT toString(event_id) AS id, toUnixTimestamp64Milli(received_at) AS receivedMs,
    toUnixTimestamp64Milli(received_at) - toUnixTimestamp64Milli(ts) AS lagMs,
    name, obj, obj_id AS objId, ${pagePath({ path: 'events.path', url: 'events.url' })} AS path, device, browser, country, amount, is_bot AS isBot
FROM events
WHERE ${inWindow}
ORDER BY received_at DESC, event_id
LIMIT 25`,
	),
	now: select(
		{
			nowMs: number,
			/** Receipt of the newest event within the window; null if there is none. */
			newestMs: maybeNumber,
			visitors: number,
		},
		`SELECT toUnixTimestamp64Milli(now64(3)) AS nowMs,
    maxOrNull(toUnixTimestamp64Milli(received_at)) AS newestMs,
    uniqExactIf(visitor_id, ${isSeen}) AS visitors
FROM events
WHERE ${inWindow}`,
	),
	/** Lag of the marts over all sites; null if it is not known. */
	marts: {
		row: z.object({
			/** Age of the oldest receipt that no published run has read; 0 if there is none. */
			behindMs: maybeNumber,
			/** Receipts that no published run has read. */
			waiting: maybeNumber,
		}),
		ofLag: (lag: MartsLag | undefined) => ({ behindMs: lag?.behindMs ?? null, waiting: lag?.waiting ?? null }),
	},
} as const satisfies ViewQueries;
