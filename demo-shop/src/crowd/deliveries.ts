import { createRandom, type Random } from '@footfall/random';
import type { CrowdBatch } from './batch.js';
import { exactLog } from './exact-math.js';
import type { CrowdOptions } from './options.js';

/** Range of the normal delay from the page to the collector, ms. The delay of a browser is constant. */
const wayMsMin = 15;
const wayMsMax = 250;
/** Mean and maximum of the additional delay of a late batch, ms. */
const lateMsMean = 6 * 3_600_000;
const lateMsMax = 30 * 86_400_000;
/** Maximum time between the two copies of a duplicated batch, ms. */
const againMsMax = 120_000;

/**
 * Times at which the copies of a batch are received, ms since 1970; usually a single one, soon after it was sent. They
 * depend only on the batch and the seed, and no event depends on them: lateness and duplicates do not change the
 * events.
 */
export function receipts(options: CrowdOptions, { page, sequence, sentAtMs }: CrowdBatch): number[] {
	const { seed, lateShare, duplicateShare } = options;
	const soon = sentAtMs + wayMsMin + (page.visitor.id % (wayMsMax - wayMsMin));
	if (lateShare === 0 && duplicateShare === 0) return [soon];
	const random = createRandom(seed ^ page.stream, page.stream / 2 ** 32 + sequence);
	const first = random() < lateShare ? soon + lateMs(random) : soon;
	return random() < duplicateShare ? [first, first + Math.floor(random() * againMsMax)] : [first];
}

function lateMs(random: Random): number {
	return Math.min(lateMsMax, Math.floor(-exactLog(1 - random()) * lateMsMean));
}
