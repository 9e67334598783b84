import type { WireBatch, WireValue } from '@footfall/protocol';
import { encodeSmall } from '@footfall/protocol';
import { storedText } from '../queue/stored.js';

/** Returns a batch as the tracker stores it. */
export const storedBatch = (batch: WireBatch, keptAtMs: number): string =>
	storedText({ _bytes: encodeSmall(batch as WireValue), _events: batch[7].length }, batch[1], keptAtMs);
