import { createHash } from 'node:crypto';
import { type CrowdOptions, dayMs, memoryDaysOf } from '@footfall/demo-shop/crowd';

/** What a history is made of. */
export interface HistoryOptions {
	readonly crowd: CrowdOptions;
	/** Site key of all events. */
	readonly site: string;
	/** First and last day, as `2026-01-31`, UTC; both are whole days of the history. */
	readonly from: string;
	readonly to: string;
}

/** People who arrive on some days in a row, whose whole lives are made together. */
export interface Chunk {
	/** Place in the plan, from 0. */
	readonly index: number;
	/** Days since 1970, both included. */
	readonly firstDay: number;
	readonly lastDay: number;
}

/** How a history is made: pieces that are the same on every machine, whoever makes them. */
export interface HistoryPlan {
	/** What tells this history from others: 12 hexadecimal digits of a hash of all that it is made of. */
	readonly id: string;
	/** Sent at or after, and before: milliseconds since 1970. */
	readonly fromMs: number;
	readonly toMs: number;
	readonly chunks: readonly Chunk[];
}

/** Changes when the same options make other bytes than before. */
const version = 1;
/** About so many events of the middle of a history come from one day's people, per user who is active on a day. */
const eventsPerActiveUser = 4.4;
const eventsPerChunk = 240_000;
/** So that the rows of a chunk lie in few months. */
const daysPerChunkMax = 60;

/** Cuts a history into chunks. Pure. */
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

/** The name that a chunk's rows carry in ClickHouse; names sort like chunks. */
export function segmentOf({ id }: Pick<HistoryPlan, 'id'>, index: number): string {
	return `history-${id}-${String(index).padStart(segmentDigits, '0')}`;
}

/** The chunk that a name was made for. */
export function chunkOf(segment: string): number {
	return Number(segment.slice(-segmentDigits));
}
