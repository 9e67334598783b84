import type { WireBatch, WireEvent, WireValue } from '@footfall/protocol';
import { storedText } from '../queue/stored.js';

/**
 * Returns a batch in the present form that an earlier version has stored as JSON: with the times of its events in place
 * of their ages, and the time of storing after it.
 *
 * @throws if the text is not such a batch
 */
export function upgrade(text: string, encode: (value: WireValue) => Uint8Array<ArrayBuffer>): string {
	const [version, site, visitor, stream, sequence, sentAtMs, contexts, events, keptAtMs] = JSON.parse(text) as [
		...WireBatch,
		number,
	];
	const aged = events.map(([atMs, ...rest]: WireEvent) => [Math.max(0, keptAtMs - atMs) >>> 0, ...rest]);
	const bytes = encode([version, site, visitor, stream, sequence, sentAtMs, contexts, aged] as WireValue);
	return storedText(site, keptAtMs, aged.length, bytes);
}
