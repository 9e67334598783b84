import { createHash } from 'node:crypto';
import type { HashKey } from './hash-key.js';

/** The tests, the left-out list and the hash key of a published run, kept in its report. */
export interface Judged {
	/** Checksum of the models and data tests that it passed; empty where tests were ignored. */
	tests: string;
	/** The list of what it leaves out, see left-out.ts. */
	list: bigint;
	/** Tells the key of its hashes from another one, without telling the key. */
	hashKey: string;
}

/** As it stands in a report. */
export const reportOfJudged = ({ tests, list, hashKey }: Judged) => ({
	judged: { tests, list: list.toString(), hashKey },
});

/** Reads them from a report. A report of an older version has none: the fields are then empty. */
export function readJudged(text: string): Judged {
	const { tests = '', list = '0', hashKey = '' } = text === '' ? {} : JSON.parse(text);
	return { tests, list: BigInt(list), hashKey };
}

/** The expression for `list` over a report. */
export const listInReport = "toUInt64OrZero(JSONExtractString(report, 'judged', 'list'))";

/** Tells one key from another, without telling the key. */
export const fingerprintOf = ({ hash_key_0, hash_key_1 }: HashKey): string =>
	createHash('sha256').update(`${hash_key_0} ${hash_key_1}`).digest('hex').slice(0, 16);
