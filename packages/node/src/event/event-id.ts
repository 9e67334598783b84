import { createHash, randomUUID } from 'node:crypto';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Namespace of ids that are derived from a text, as RFC 9562 asks for: a UUID that was drawn once. */
const namespace = Buffer.from('6f1c0a5e2b7d4c3f9a84d15e70b2c6e1', 'hex');

/**
 * Returns the id of an event as a UUID: the given one; for another text a UUID of version 5
 * (https://www.rfc-editor.org/rfc/rfc9562#section-5.5), so that the same text is the same id in every process; a random
 * one if there is none.
 */
export function eventIdOf(given: string | undefined): string {
	if (given === undefined || given === '') return randomUUID();
	if (uuid.test(given)) return given.toLowerCase();
	const hash = createHash('sha1').update(namespace).update(given).digest().subarray(0, 16);
	hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
	hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
	return hash.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
