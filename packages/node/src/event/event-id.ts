import { createHash, randomUUID } from 'node:crypto';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * Returns the id of an event as a UUID: the given one; for another text the UUID of version 8 that the collector makes
 * of it (packages/protocol/PROTOCOL.md, "Event ids"), so that an event that is also sent without this package counts
 * once, and that no write key is needed for it; a random one if there is none.
 */
export function eventIdOf(given: string | undefined): string {
	if (given === undefined || given === '') return randomUUID();
	if (uuid.test(given)) return given.toLowerCase();
	const hash = createHash('sha256').update(given).digest().subarray(0, 16);
	hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x80, 6);
	hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
	return hash.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
