import { hash, timingSafeEqual } from 'node:crypto';
import type { Site } from './site-table.js';

/** The write keys of all sites. Of a key, only its hash is kept. */
export interface WriteKeys {
	readonly digests: readonly { readonly site: string; readonly digest: Uint8Array }[];
	/** The sites that have keys. */
	readonly sites: ReadonlySet<string>;
}

/** Maximum length of a key, characters. A longer one is not hashed, and is wrong. */
const keyCharactersMax = 128;

export function writeKeysOf(sites: readonly Site[]): WriteKeys {
	const digests = sites.flatMap(({ key: site, keys = [] }) => keys.map((key) => ({ site, digest: digestOf(key) })));
	return { digests, sites: new Set(digests.map(({ site }) => site)) };
}

/** Tells a sender without a key why an order of a site with keys is not taken. */
export const orderNeedsKey =
	'orders and refunds of this site come from its pages, or with one of its write keys: send the header Authorization: Bearer KEY';

/** The write key of a request: none, a wrong one, or one of a site. */
export type GivenKey = { kind: 'none' } | { kind: 'wrong' } | { kind: 'valid'; site: string };

const none: GivenKey = { kind: 'none' };
const wrong: GivenKey = { kind: 'wrong' };

/**
 * Finds the site of the key in an `Authorization` header: `Bearer KEY`, or `Basic` with the key as user. The header has
 * no meaning for a collector whose sites have no keys. The key is compared with all keys in constant time.
 *
 * @param authorization value of the header; empty if there is none
 */
export function givenKey({ digests }: WriteKeys, authorization: string): GivenKey {
	if (authorization === '' || digests.length === 0) return none;
	const key = keyIn(authorization);
	if (key === undefined || key.length > keyCharactersMax) return wrong;
	const digest = digestOf(key);
	const found = digests.filter((each) => timingSafeEqual(each.digest, digest));
	return found[0] === undefined ? wrong : { kind: 'valid', site: found[0].site };
}

function keyIn(authorization: string): string | undefined {
	const [, scheme = '', value = ''] = /^(\w+) +(\S+)$/.exec(authorization.trim()) ?? [];
	if (/^bearer$/i.test(scheme)) return value;
	if (!/^basic$/i.test(scheme)) return undefined;
	return Buffer.from(value, 'base64').toString().split(':', 1)[0];
}

function digestOf(key: string): Uint8Array {
	return hash('sha256', key, 'buffer');
}
