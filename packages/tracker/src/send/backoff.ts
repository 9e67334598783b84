const firstMs = 1_000;
const greatestMs = 300_000;

/**
 * Wait after so many failures in a row, milliseconds: up to 1 s, 2 s, 4 s … 5 minutes, with full jitter, so that the pages of a site do
 * not all come back at once.
 */
export const backoffMs = (failures: number) => Math.min(greatestMs, (firstMs / 2) * 2 ** failures) * Math.random();
