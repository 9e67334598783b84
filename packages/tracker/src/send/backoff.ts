const firstMs = 1_000;
const greatestMs = 60_000;
/** Failures in a row after which we may not be wanted here. */
const manyFailures = 20;
const seldomMs = 600_000;

/**
 * Wait after so many failures, milliseconds: up to 1 s, 2 s, 4 s … 60 s, from the twentieth on up to ten minutes, with full jitter,
 * so that the pages of a site do not all come back at once.
 */
export const backoffMs = (failures: number) =>
	Math.random() * Math.min(failures < manyFailures ? greatestMs : seldomMs, (firstMs / 2) * 2 ** failures);
