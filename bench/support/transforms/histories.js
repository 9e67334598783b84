import { shopEvents } from './shop-events.js';

const firstDay = '2025-01-06';

/**
 * A history of a shop that grows day by day.
 *
 * @param {Awaited<ReturnType<typeof import('./bench-server.js').startBenchServer>>} server
 * @param {number} eventsPerDay
 * @param {number} [orderShare] see `shopEvents`
 */
export function growingHistory({ warehouse, timed, publish }, eventsPerDay, orderShare = 0) {
	const inserts = shopEvents({ firstDay, eventsPerDay, orderShare });
	let events = 0;
	async function add(count) {
		for (const statement of inserts(events, count)) await warehouse.command(statement);
		events += count;
	}
	return {
		/** Adds events after those that are there. */
		add,
		/** Number of events. */
		size: () => events,
		/** Adds the rest of the day that has begun. */
		endDay: () => add((eventsPerDay - (events % eventsPerDay)) % eventsPerDay),
		/**
		 * Adds events and publishes them, several times, and measures the runs.
		 *
		 * @param run publishes them. @default with the models of the package
		 * @returns the medians of wall time and of the server's processor time, milliseconds
		 */
		async runsOf(count, rounds, run = () => publish()) {
			const times = [];
			for (let round = 0; round < rounds; round++) {
				await add(count);
				times.push(await timed(run));
			}
			return { wallMs: median(times, 'wallMs'), processorMs: median(times, 'processorMs') };
		},
	};
}

const median = (times, key) => times.map((time) => time[key]).sort((a, b) => a - b)[times.length >> 1];
