import type { WireBatch, WireEvent, WireValue } from '@footfall/protocol';
import { attempt } from '../attempt.js';
import { storedText } from '../queue/stored.js';

/**
 * Stores a batch in the present form that an earlier version has stored as JSON: with the times of its events in place
 * of their ages, and the time of storing after it.
 *
 * @returns whether it did so; the text may be no such batch
 */
export const renew = (
	store: Record<string, string>,
	key: string,
	encode: (value: WireValue) => string,
): boolean | undefined =>
	attempt(() => {
		const [version, site, visitor, stream, sequence, sentAtMs, contexts, events, keptAtMs] = JSON.parse(
			store[key] as string,
		) as [...WireBatch, number];
		const aged = events.map(([atMs, ...rest]: WireEvent) => [Math.max(0, keptAtMs - atMs) >>> 0, ...rest]);
		const batch = encode([version, site, visitor, stream, sequence, sentAtMs, contexts, aged] as WireValue);
		store[key] = storedText(site, keptAtMs, aged.length, batch);
		return true;
	});
