/** Upper bound of the first pause, ms. */
const firstMs = 1_000;
/** Upper bound of every pause, ms. */
const greatestMs = 300_000;

/**
 * Returns the pause after so many failures in a row, ms: up to 1 s, 2 s, 4 s … 5 minutes, with full jitter
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/), so that the pages of a site do not all
 * return at once. A WebSocket and a post fail before each pause but the first, so two failures double the pause once.
 * Doubling it for each would keep one page in nine away for another minute after 20 s without a collector.
 */
export const backoffMs = (failures: number) => Math.min(greatestMs, firstMs * 2 ** (failures >> 1)) * Math.random();
