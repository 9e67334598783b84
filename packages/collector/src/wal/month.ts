/**
 * The UTC month of a time, counted from year 0. It is the partition of rows that were received at this time.
 *
 * @param ms milliseconds since 1970
 */
export function monthOf(ms: number): number {
	const date = new Date(ms);
	return date.getUTCFullYear() * 12 + date.getUTCMonth();
}
