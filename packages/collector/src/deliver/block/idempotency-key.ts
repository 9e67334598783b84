import { hash } from 'node:crypto';
import type { Endpoint } from '../../client.js';

/**
 * The top two bits of the ids that each endpoint derives from given ids. Ids derived from the numbers of a batch have
 * `00` there (protocol/src/event-id.ts), so the three kinds are never equal.
 */
const topBits: Record<Endpoint, number> = { page: 0b10, json: 0b11 };

/**
 * Returns the idempotency key of an event that was sent with an id: the id under which `events` stores it. Other events
 * have the key (visitor, stream, sequence, index). The first receipt of a key wins, so a sender that guesses an id of
 * others must not be able to send it first through an endpoint with fewer checks:
 *
 * - Ids given by pages become UUIDs of version 8 that are hashes of them. Trackers give none.
 * - Ids given as JSON stay as they are, so that they can be looked up, except UUIDs of version 8. Those are hashed too,
 *   since every id that a page can have is one.
 * - Records of earlier versions do not name their endpoint and keep their ids, since copies of their events may be
 *   stored under these ids already.
 *
 * The same id through the same endpoint is always the same event, so retries are safe.
 *
 * @param given 16 bytes
 * @returns 16 bytes
 */
export function idempotencyKeyOf(given: Buffer, endpoint: Endpoint | undefined): Buffer {
	if (endpoint === 'page' || (endpoint === 'json' && isVersion8(given))) return hashedId(given, endpoint);
	return given;
}

/**
 * Returns whether an id is a UUID of version 8 (RFC 9562): the version is in the high half of byte 6, the variant in
 * the top two bits of byte 8.
 */
function isVersion8(id: Buffer): boolean {
	return (id[6] as number) >> 4 === 8 && (id[8] as number) >> 6 === 0b10;
}

function hashedId(given: Buffer, endpoint: Endpoint): Buffer {
	const id = hash('sha256', Buffer.concat([Buffer.from(endpoint), given]), 'buffer').subarray(0, 16);
	id[0] = (topBits[endpoint] << 6) | ((id[0] as number) & 0x3f);
	id[6] = 0x80 | ((id[6] as number) & 0x0f);
	id[8] = 0x80 | ((id[8] as number) & 0x3f);
	return id;
}
