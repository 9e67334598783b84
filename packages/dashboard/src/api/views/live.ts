import { z } from 'zod';
import { liveSeconds } from '../../contract/live-window.js';
import type { MartsLag } from '../marts-lag.js';
import { flag, maybeNumber, number, select, text, type View } from '../query.js';

const ofSite = `site = {site:String} AND received_at > now64(3) - INTERVAL ${liveSeconds} SECOND`;

/** What arrives right now, out of the raw table: receipts, so that an event that came twice may still be there twice. */
export const live = {
	narrowing: 'none',
	queries: {
		seconds: select(
			/** Whole seconds since 1970, on the clock of ClickHouse; seconds without events have no row. */
			{ second: number, events: number },
			`SELECT toUnixTimestamp(received_at) AS second, count() AS events
FROM events
WHERE ${ofSite}
GROUP BY second
ORDER BY second`,
		),
		latest: select(
			{
				id: text,
				receivedMs: number,
				/** From the event in the page until the collector had it. */
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
    name, obj, obj_id AS objId, path, device, browser, country, amount, is_bot AS isBot
FROM events
WHERE ${ofSite}
ORDER BY received_at DESC, event_id
LIMIT 25`,
		),
		now: select(
			{
				nowMs: number,
				/** Receipt of the newest event within the window; null when there is none. */
				newestMs: maybeNumber,
				visitors: number,
			},
			`SELECT toUnixTimestamp64Milli(now64(3)) AS nowMs,
    maxOrNull(toUnixTimestamp64Milli(received_at)) AS newestMs,
    uniqExact(visitor_id) AS visitors
FROM events
WHERE ${ofSite}`,
		),
		/** Over all sites; null where it is not known. */
		marts: {
			row: z.object({
				/** How long the oldest receipt that no published run has seen has been waiting; 0 when all are in. */
				behindMs: maybeNumber,
				/** Receipts that no published run has seen. */
				waiting: maybeNumber,
			}),
			ofLag: (lag: MartsLag | undefined) => ({ behindMs: lag?.behindMs ?? null, waiting: lag?.waiting ?? null }),
		},
	},
} as const satisfies View;
