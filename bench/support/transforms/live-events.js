import { setTimeout as wait } from 'node:timers/promises';

/** Interval of the inserts, milliseconds. The events of an insert happened within it. */
const insertEveryMs = 500;
const eventsPerSession = 6;

/**
 * Inserts events that happen now until the signal is aborted, as a collector with some visitors does.
 *
 * @param {import('@footfall/warehouse').Warehouse} warehouse
 * @param {{ eventsPerSecond: number, signal: AbortSignal }} options
 */
export async function insertLiveEvents(warehouse, { eventsPerSecond, signal }) {
	const rows = Math.round((eventsPerSecond * insertEveryMs) / 1_000);
	const startedAtMs = performance.now();
	for (let n = 1; !signal.aborted; n++) {
		const left = startedAtMs + n * insertEveryMs - performance.now();
		await wait(Math.max(0, left), undefined, { signal }).catch(() => undefined);
		if (signal.aborted) return;
		// Visitors stay for a minute.
		await warehouse.command(`INSERT INTO events (site, visitor_id, event_id, ts, received_at, name, obj, obj_id, url)
			SELECT 'shop', 1000000 + (number + ${Math.floor(n / 120)} * 97) % ${rows * eventsPerSession}, generateUUIDv4(number),
				now64(3) - toIntervalMillisecond(rand() % ${insertEveryMs}), now64(3), 'view', 'page', 'main',
				concat('https://shop.example/catalog/product/', toString(number % 50))
			FROM numbers(${rows}) SETTINGS async_insert = 0`);
	}
}
