import { hash } from 'node:crypto';
import type { Endpoint } from '../client.js';

/**
 * The top two bits of the ids that each endpoint makes of given ones. Ids that follow from a batch's numbers have
 * `00` there (protocol/src/event-id.ts), so that no two of these ever are the same.
 */
const topBits: Record<Endpoint, number> = { page: 0b10, json: 0b11 };

/**
 * The id that `events` keeps of an event that came with one. The first receipt of an id wins, so whoever guesses an
 * id that others use must not be able to send it first where less is asked of a sender:
 *
 * - A page's ids become UUIDs of version 8 that are hashes of them. Trackers give none.
 * - Ids given as JSON stay as they are, so that they can be looked up, except UUIDs of version 8, which are hashed
 *   too: every id that a page can have is one of those.
 * - Records of earlier versions do not say which endpoint took them and keep the ids they came with, since copies of
 *   their events may be stored under these already.
 *
 * The same id through the same endpoint is always the same event, so that sending again stays safe.
 *
 * @param given 16 bytes
 * @returns 16 bytes
 */
export function keptId(given: Buffer, endpoint: Endpoint | undefined): Buffer {
	if (endpoint === 'page' || (endpoint === 'json' && isVersion8(given))) return hashedId(given, endpoint);
	return given;
}

/**
 * A UUID of version 8 (RFC 9562): the version in the high half of byte 6, the variant in the top two bits of byte 8.
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
