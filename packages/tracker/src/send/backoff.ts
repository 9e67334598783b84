const firstMs = 1_000;
const greatestMs = 300_000;

/**
 * Wait after so many failures in a row, milliseconds: up to 1 s, 2 s, 4 s … 5 minutes, with full jitter, so that the pages of a site do
 * not all come back at once. A socket and a post fail before each wait but the first, so two failures double it once: four times
 * as long every time would leave one page in nine away for a minute more after 20 s without a collector.
 */
export const backoffMs = (failures: number) => Math.min(greatestMs, firstMs * 2 ** (failures >> 1)) * Math.random();
