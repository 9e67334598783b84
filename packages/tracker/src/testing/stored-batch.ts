import type { WireBatch, WireValue } from '@footfall/protocol';
import { encodeSmall } from '@footfall/protocol';
import { storedText } from '../queue/stored.js';

/** Returns a batch as the tracker stores it. */
export const storedBatch = (batch: WireBatch, keptAtMs: number): string =>
	storedText(batch[1], keptAtMs, batch[7].length, encodeSmall(batch as WireValue));
