import { createRandom, type Random } from '@footfall/random';
import type { CrowdBatch } from './batch.js';
import { exactLog } from './exact-math.js';
import type { CrowdOptions } from './options.js';

/** On an ordinary day a batch takes so long from the page to the collector, milliseconds: a browser's own time. */
const wayMsMin = 15;
const wayMsMax = 250;
/** What is late is late by so much on average, and at most. */
const lateMsMean = 6 * 3_600_000;
const lateMsMax = 30 * 86_400_000;
/** A second copy comes within so much. */
const againMsMax = 120_000;

/**
 * When the copies of a batch are received, milliseconds since 1970: mostly one, soon after it was sent. Depends on the batch and the
 * seed alone, and nothing else depends on it: with or without lateness and copies the same events happen.
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
