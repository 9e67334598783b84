import { createHash, randomBytes } from 'node:crypto';
import type { Warehouse } from '@footfall/warehouse';

/**
 * The key of all stored hashes, as parameters of statements. Senders choose the hashed values: without a secret key
 * they could make two rows or two events look equal. The key is stored in the database beside the hashes, so that every
 * process that runs the transforms, and a restored backup, has the same key. The read-only account has no right to its
 * table.
 */
export interface HashKey {
	hash_key_0: string;
	hash_key_1: string;
}

/** The only table that readers must not see. The grants of their account name it too. */
const secretTable = 'transform_secret';

export const createSecretTable = `CREATE TABLE IF NOT EXISTS ${secretTable}
(
    hash_key_0 UInt64 COMMENT 'First half of the key of stored hashes',
    hash_key_1 UInt64 COMMENT 'Second half',
    made_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = MergeTree ORDER BY made_at`;

/**
 * Reads the key of this database, and creates it if it is missing. The caller must hold the lock of the transforms, so
 * that two processes never create different keys.
 */
export async function readHashKey(warehouse: Warehouse): Promise<HashKey> {
	const [kept] = await warehouse.query<HashKey>(
		`SELECT hash_key_0, hash_key_1 FROM ${secretTable} ORDER BY made_at LIMIT 1`,
	);
	if (kept !== undefined) return kept;
	const key = { hash_key_0: randomNumber(), hash_key_1: randomNumber() };
	await warehouse.command(
		`INSERT INTO ${secretTable} (hash_key_0, hash_key_1) SELECT {hash_key_0:UInt64}, {hash_key_1:UInt64}`,
		{ params: { ...key }, settings: { async_insert: 0 } },
	);
	return key;
}

/** A subquery for one half of the key of this database; empty if there is no key yet. */
export const hashKeyPart = (column: keyof HashKey): string =>
	`(SELECT argMin(toString(${column}), made_at) FROM ${secretTable})`;

/** Fingerprint of a key: it differs for another key, and does not reveal the key. Pure. */
export const fingerprintOf = ({ hash_key_0, hash_key_1 }: HashKey): string =>
	createHash('sha256').update(`${hash_key_0} ${hash_key_1}`).digest('hex').slice(0, 16);

/** A random key for hashes that are compared once and not stored. */
export const momentaryHashKey = (): HashKey => ({ hash_key_0: randomNumber(), hash_key_1: randomNumber() });

const randomNumber = () => randomBytes(8).readBigUInt64LE().toString();
