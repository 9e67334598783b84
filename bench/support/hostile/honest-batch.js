import { batchVersion, encode } from '@footfall/protocol';

/** Events of one honest batch. */
export const honestEvents = 2;

/** Site of the honest pages. `known-ids` is the only attack that uses it. */
export const honestSite = 'other';

/** A batch of page views of one path, as its sender keeps it until it is acknowledged. */
export function honestBatch({ visitor, stream, sequence, path }) {
	const context = [
		`https://other.example${path}`,
		'A page of the other site',
		'',
		'',
		{},
		1280,
		720,
		1920,
		1080,
		'en-GB',
	];
	const events = Array.from({ length: honestEvents }, (_, index) => [honestEvents - index, 0, 'view', 'page']);
	const bytes = encode([batchVersion, honestSite, visitor, stream, sequence, Date.now(), [context], events]);
	return { bytes, visitor, stream, sequence };
}
