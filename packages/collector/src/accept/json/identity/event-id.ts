import { hash } from 'node:crypto';

const uuid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;

export function isUuid(id: string): boolean {
	return uuid.test(id);
}

/**
 * Returns the 16 bytes of the id of an event: those of a UUID, or of another text a hash in the form of a UUID of
 * version 8. Delivery hashes ids of this version once more, so that a text never becomes the id of another endpoint, or
 * a UUID that is stored as it was given.
 */
export function eventIdBytes(id: string): Uint8Array {
	if (isUuid(id)) return Buffer.from(id.replaceAll('-', ''), 'hex');
	const bytes = hash('sha256', id, 'buffer').subarray(0, 16);
	bytes[6] = 0x80 | ((bytes[6] as number) & 0x0f);
	bytes[8] = 0x80 | ((bytes[8] as number) & 0x3f);
	return bytes;
}
