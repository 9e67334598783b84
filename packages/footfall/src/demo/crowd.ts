import { crowdDefaults } from '@footfall/demo-shop/crowd';
import { simulateLive } from '@footfall/simulation';
import type { Settings } from '../option.js';
import type { demoOptions } from '../option-groups.js';
import type { PageRecord } from './page-record.js';

/** Simulated shoppers of the demo, until they are stopped. */
export interface RunningCrowd {
	/** What is under way is acknowledged first. Calling it again changes nothing. */
	stop(): Promise<void>;
}

/** Lets simulated shoppers send to the collector; all they do is in the record. */
export function startCrowd(
	{ shoppers, rps, seed, site }: Settings<(typeof demoOptions)[number]>,
	address: string,
	record: PageRecord,
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
		},
	});
	// Heard by whoever stops it; what they sent by then is counted all the same.
	running.catch(() => undefined);
	return {
		async stop() {
			stopping.abort();
			await running;
		},
	};
}
