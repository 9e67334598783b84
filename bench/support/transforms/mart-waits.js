import { setTimeout as wait } from 'node:timers/promises';
import { martLatency, watch } from '@footfall/transforms';
import { startLoad } from '../processes.js';
import { insertLiveEvents } from './live-events.js';

/** Time before the measurement, in which runs find their pace, milliseconds. */
const warmUpMs = 3_000;

/**
 * The time from events until readers see them, with runs that follow each other as they do while a dashboard is in use.
 *
 * @param {{ seconds: number, eventsPerSecond: number, busyLoops: number }} options `busyLoops` programs of the priority
 *   of the server keep as many processors busy
 * @returns {Promise<number>} the 99th percentile, milliseconds
 */
export async function waitForMarts({ warehouse, project, niceness }, { seconds, eventsPerSecond, busyLoops }) {
	const loops = Array.from({ length: busyLoops }, () =>
		startLoad('./processor-load.js', { niceness }, { detached: true }),
	);
	const inserting = new AbortController();
	const watching = new AbortController();
	const faults = [];
	const runs = watch(warehouse, project, {
		everyMs: 5_000,
		isRead: async () => true,
		signal: watching.signal,
		onReport: () => undefined,
		onError: (error) => faults.push(error),
	});
	const inserts = insertLiveEvents(warehouse, { eventsPerSecond, signal: inserting.signal });
	await wait(warmUpMs);
	const sinceMs = Date.now();
	await wait(seconds * 1_000);
	inserting.abort();
	await inserts;
	// Time for the run that publishes the last events.
	await wait(2 * warmUpMs);
	watching.abort();
	await runs;
	for (const loop of loops) loop.finish();
	await Promise.all(loops.map((loop) => loop.result));
	if (faults.length > 0) throw faults[0];
	const latency = await martLatency(warehouse, sinceMs);
	if (latency === undefined) throw new Error('no event of the measurement is in the marts');
	return latency.p99Ms;
}
