import { crowdDefaults } from '@footfall/demo-shop/crowd';
import { simulateLive } from '@footfall/simulation';
import type { demoOptions } from '../../settings/option-groups.js';
import type { Settings } from '../../settings/options.js';
import type { Logger } from '../../stack/logger.js';
import type { PageRecord } from './page-record.js';

/** Simulated shoppers of the demo, until they are stopped. */
export interface RunningCrowd {
	/** What is under way is acknowledged first. Calling it again changes nothing; a fault was logged when it happened. */
	stop(): Promise<void>;
}

/** Events that are remembered: about 100 bytes of memory each. */
const recordMax = 5_000_000;

/**
 * Lets simulated shoppers send to the collector; all they do is in the record, and they stop when it is full.
 *
 * @param eventsMax when it is. @default 5 000 000
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
		// Without machines: whoever looks at this run's active users finds everybody in them.
		crowd: { ...crowdDefaults, seed, botShare: 0 },
		site,
		address,
		transport: 'ws',
		shoppers,
		signal: stopping.signal,
		...(rps === 0 ? {} : { batchesPerSecond: rps }),
		onBatch: ({ page, sequence, events }) => {
			const { stream, visitor } = page;
			for (const index of events.keys()) record.add({ visitor: visitor.id, stream, sequence, index });
			if (record.ids().size < eventsMax || stopping.signal.aborted) return;
			log.warn(`simulated shoppers stop: the demo counts no more than ${eventsMax} events; start it again for more`);
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
