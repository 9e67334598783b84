import type { ServerReports } from '@footfall/demo-shop';
import { type CrowdBatch, crowdDefaults } from '@footfall/demo-shop/crowd';
import { openFilesMax } from '@footfall/host';
import { simulateLive } from '@footfall/simulation';
import type { demoOptions } from '../../settings/option-groups.js';
import type { Settings } from '../../settings/options.js';
import type { Logger } from '../../stack/logger.js';
import type { SentRecord } from './sent-record.js';

/** The simulated shoppers of a running demo. */
export interface RunningCrowd {
	/**
	 * Stops them once all sent events are acknowledged. A second call has no effect. Errors have been logged before.
	 */
	stop(): Promise<void>;
}

/** Maximum number of events in the record: about 100 bytes of memory each. */
const recordMax = 5_000_000;

/** The shop's server tells of the orders and refunds of all simulated shoppers but one in so many. */
const unconfirmedEvery = 7;

/**
 * Starts simulated shoppers that send to the collector. All their events are added to the record; they stop when it is
 * full.
 *
 * @param collector its URL, and the origin that the pages of the shoppers name @default no origin
 * @param reports tells of most of their orders and refunds, as the shop's server does @default only pages tell
 * @param eventsMax number of events in a full record @default 5 000 000
 */
export function startCrowd(
	{ shoppers, rps, seed, site }: Settings<(typeof demoOptions)[number]>,
	collector: { address: string; origin?: string },
	record: SentRecord,
	log: Pick<Logger, 'warn'>,
	{ reports, eventsMax = recordMax }: { reports?: Pick<ServerReports, 'order' | 'refund'>; eventsMax?: number } = {},
): RunningCrowd {
	if (shoppers === 0) return { stop: async () => undefined };
	const stopping = new AbortController();
	const running = simulateLive({
		// Without bots, which the marts exclude: then every visitor of this run is an active user.
		crowd: { ...crowdDefaults, seed, botShare: 0, orders: true },
		site,
		...collector,
		transport: 'ws',
		shoppers,
		openFilesMax: openFilesMax(),
		signal: stopping.signal,
		...(rps === 0 ? {} : { batchesPerSecond: rps }),
		onBatch: (batch) => {
			recordBatch(batch, record);
			if (reports) confirm(batch, reports);
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

function recordBatch({ page, sequence, events }: CrowdBatch, record: SentRecord): void {
	const { stream, visitor } = page;
	for (const [index, { name, amount, order }] of events.entries()) {
		record.add({ visitor: visitor.id, stream, sequence, index });
		if (order && (name === 'order' || name === 'refund'))
			record.addMoney({ name, visitor: visitor.id, amount, ...order });
	}
}

/** Lets the server tell of the orders and refunds of a batch, if it does so for this visitor. */
function confirm({ page, events }: CrowdBatch, reports: Pick<ServerReports, 'order' | 'refund'>): void {
	const { visitor, userId } = page;
	if (visitor.id % unconfirmedEvery === 0) return;
	const common = { visitorId: visitor.id, ...(userId !== '' && { userId }), url: page.url };
	for (const { name, amount, order } of events) {
		if (order === undefined) continue;
		const { orderId, refundId, currency, tax, shipping, discount, coupon, items } = order;
		if (name === 'refund') reports.refund({ ...common, orderId, refundId, currency, amount });
		else reports.order({ ...common, orderId, currency, amount, tax, shipping, discount, coupon, items });
	}
}
