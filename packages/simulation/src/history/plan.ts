import { createHash } from 'node:crypto';
import { type CrowdOptions, dayMs, memoryDaysOf } from '@footfall/demo-shop/crowd';
import { historyPrefix } from '@footfall/warehouse/segments';

/** Options of a history. */
export interface HistoryOptions {
	readonly crowd: CrowdOptions;
	/** Site key of all events. */
	readonly site: string;
	/** First and last day, inclusive, such as `2026-01-31`, UTC. */
	readonly from: string;
	readonly to: string;
	/** Whether the history has the orders and refunds alone. It is missing where it is off. @default off */
	readonly onlyOrders?: true;
}

/** Whether a history has orders, and its file their columns. Pure. */
export const hasOrders = ({ crowd, onlyOrders }: HistoryOptions): boolean =>
	crowd.orders === true || onlyOrders === true;

/** People who arrive on consecutive days. A chunk contains all their events. */
export interface Chunk {
	/** Index in the plan, from 0. */
	readonly index: number;
	/** First and last day of arrival, inclusive, days since 1970. */
	readonly firstDay: number;
	readonly lastDay: number;
}

/** The chunks of a history. They are the same on every machine. */
export interface HistoryPlan {
	/** Id of the history: 12 hexadecimal digits of a hash of its options. */
	readonly id: string;
	/** The history contains batches sent at or after `fromMs` and before `toMs`, ms since 1970. */
	readonly fromMs: number;
	readonly toMs: number;
	readonly chunks: readonly Chunk[];
}

/** Version of the generator. It changes when the same options yield other bytes than before. */
const version = 1;
/** Approximate number of events of the people who arrive on a day, per daily active user. */
const eventsPerActiveUser = 4.4;
const eventsPerChunk = 240_000;
/** Maximum number of days of a chunk, so that its rows are in few months. */
const daysPerChunkMax = 60;

/** Divides a history into chunks. Pure. */
export function planHistory(options: HistoryOptions): HistoryPlan {
	const memoryDays = memoryDaysOf(options.crowd);
	const fromDay = Date.parse(options.from) / dayMs;
	const toDay = Date.parse(options.to) / dayMs;
	const eventsPerDay = options.crowd.dailyActiveUsers * eventsPerActiveUser;
	const days = Math.max(1, Math.min(daysPerChunkMax, Math.floor(eventsPerChunk / eventsPerDay)));
	const chunks: Chunk[] = [];
	for (let firstDay = fromDay - memoryDays; firstDay <= toDay; firstDay += days) {
		chunks.push({ index: chunks.length, firstDay, lastDay: Math.min(toDay, firstDay + days - 1) });
	}
	const id = createHash('sha256')
		.update(JSON.stringify([version, options]))
		.digest('hex')
		.slice(0, 12);
	return { id, fromMs: fromDay * dayMs, toMs: (toDay + 1) * dayMs, chunks };
}

const segmentDigits = 6;

/** The `segment` of a chunk's rows in ClickHouse. Segments sort like chunks. */
export function segmentOf({ id }: Pick<HistoryPlan, 'id'>, index: number): string {
	return `${historyPrefix}${id}-${String(index).padStart(segmentDigits, '0')}`;
}

/** The index of the chunk of a segment. */
export function chunkOf(segment: string): number {
	return Number(segment.slice(-segmentDigits));
}
