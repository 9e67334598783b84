import { supersededCode, WarehouseError } from '@footfall/warehouse';
import type { SealedSegment } from '../wal/open-segment.js';
import { SegmentUnreadable } from '../wal/segment-files.js';

/** ClickHouse's QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING: an earlier attempt still runs. */
const sameQueryRunning = 216;

/**
 * State of the at-least-once delivery of one segment between its attempts. An attempt whose outcome is unknown may have
 * stored the segment, so the next attempt looks its rows up first.
 */
export class AtLeastOnce {
	/** Whether an earlier attempt may have stored the segment. */
	lookFirst: boolean;
	/** Whether ClickHouse has not answered the last attempt. */
	wentUnanswered: boolean = false;
	/** Number of failed attempts. */
	failures: number = 0;
	/** Number of attempts that failed because of the rows of the segment, and the reason of the last one. */
	rejections: number = 0;
	lastRejection: string = '';

	constructor({ recovered }: SealedSegment) {
		this.lookFirst = recovered;
	}

	/**
	 * Records a failed attempt.
	 *
	 * @returns `refused` if the attempt certainly stored nothing, else `unknown`
	 */
	failed(error: unknown): 'refused' | 'unknown' {
		const { outcome, isSegmentAtFault } = classify(error);
		this.failures++;
		this.lookFirst ||= outcome === 'unknown';
		this.wentUnanswered = !(error instanceof WarehouseError && error.code !== undefined);
		if (isSegmentAtFault) {
			this.rejections++;
			this.lastRejection = error instanceof Error ? error.message : String(error);
		}
		return outcome;
	}
}

function classify(error: unknown): { outcome: 'refused' | 'unknown'; isSegmentAtFault: boolean } {
	// Reading it later may succeed: only its bytes can show that a segment is at fault.
	if (error instanceof SegmentUnreadable) return { outcome: 'refused', isSegmentAtFault: false };
	if (!(error instanceof WarehouseError)) return { outcome: 'unknown', isSegmentAtFault: false };
	if (error.outcome === 'unknown' || error.code === sameQueryRunning || error.code === supersededCode) {
		return { outcome: 'unknown', isSegmentAtFault: false };
	}
	return { outcome: 'refused', isSegmentAtFault: error.isDataFault };
}
