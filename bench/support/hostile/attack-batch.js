import { batchVersion, encode } from '@footfall/protocol';

/** Bytes of a batch of site `shop`, whatever its values are. */
export function attackBatch({
	site = 'shop',
	visitor,
	stream = 1,
	sequence = 0,
	sentAtMs = Date.now(),
	contexts,
	events,
}) {
	const page = [['https://shop.example/']];
	return Buffer.from(encode([batchVersion, site, visitor, stream, sequence, sentAtMs, contexts ?? page, events]));
}
