import { crowdDefaults } from '@footfall/demo-shop/crowd';
import { openFilesMax } from '@footfall/host';
import { simulateLive } from '@footfall/simulation';
import type { demoOptions } from '../../settings/option-groups.js';
import type { Settings } from '../../settings/options.js';
import type { Logger } from '../../stack/logger.js';
import type { PageRecord } from './page-record.js';

/** The simulated shoppers of a running demo. */
export interface RunningCrowd {
	/**
	 * Stops them once all sent events are acknowledged. A second call has no effect. Errors have been logged before.
	 */
	stop(): Promise<void>;
}

/** Maximum number of events in the record: about 100 bytes of memory each. */
const recordMax = 5_000_000;

/**
 * Starts simulated shoppers that send to the collector. All their events are added to the record; they stop when it is
 * full.
 *
 * @param eventsMax number of events in a full record @default 5 000 000
 */
export function startCrowd(
	{ shoppers, rps, seed, site }: Settings<(typeof demoOptions)[number]>,
	address: string,
	record: PageRecord,
	log: Pick<Logger, 'warn'>,
	eventsMax = recordMax,
): RunningCrowd {
	if (shoppers === 0) return { stop: async () => undefined };
	const stopping = new AbortController();
	const running = simulateLive({
		// Without bots, which the marts exclude: then every visitor of this run is an active user.
		crowd: { ...crowdDefaults, seed, botShare: 0, orders: true },
		site,
		address,
		transport: 'ws',
		shoppers,
		openFilesMax: openFilesMax(),
		signal: stopping.signal,
		...(rps === 0 ? {} : { batchesPerSecond: rps }),
		onBatch: ({ page, sequence, events }) => {
			const { stream, visitor } = page;
			for (const index of events.keys()) record.add({ visitor: visitor.id, stream, sequence, index });
			if (record.ids().size < eventsMax || stopping.signal.aborted) return;
			log.warn(`simulated shoppers stop: the demo counts at most ${eventsMax} events; start it again for more`);
			stopping.abort();
		},
	}).catch((error: unknown) => {
		log.warn(`simulated shoppers stop: ${error instanceof Error ? error.message : error}`);
	});
	return {
		async stop() {
			stopping.abort();
			await running;
		},
	};
}
