/** The month that a moment falls into, in UTC, counted from year 0: the partition of a row received then. */
export function monthOf(ms: number): number {
	const date = new Date(ms);
	return date.getUTCFullYear() * 12 + date.getUTCMonth();
}
