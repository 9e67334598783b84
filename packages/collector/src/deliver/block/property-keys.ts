import { eachEntry, type MapSpan } from '@footfall/protocol/decode';
import { type HashKey, keyedHash, randomHashKey } from './keyed-hash.js';

/**
 * Keyed hashes of property keys, by site. With a hash that a sender can compute, it could choose names that count as
 * one, or that share a bucket in the set. Among a thousand keys, the probability that two share a hash and count as one
 * is 1 in 10,000.
 */
export type KeysBySite = Map<string, Set<number>>;

/** Settings for counting property keys. */
export interface KeyCounting {
	/** Maximum number of distinct keys that are counted for one site. */
	keysMax: number;
	/** Key of the hashes. Sets of hashes can be merged only if they have the same key. */
	hashKey: HashKey;
}

/** Adds the keys of an event's properties to those of its site, up to `keysMax` of them. */
export function addKeys(keys: Set<number>, bytes: Buffer, props: MapSpan, { keysMax, hashKey }: KeyCounting): void {
	if (props.entries === 0 || keys.size >= keysMax) return;
	eachEntry(bytes, props, ({ start, end }) => {
		if (keys.size < keysMax) keys.add(keyedHash(hashKey, bytes, start, end));
	});
}

/**
 * Counts the distinct property keys of each site, so that operators notice a page that generates names without end.
 * Keys are only counted and not limited: the first keys are not necessarily the important ones, so a limit would let
 * anyone who knows the site key cause the site's own properties to be dropped.
 */
export class PropertyKeys {
	/** The hash key of every block that is added. */
	readonly hashKey: HashKey = randomHashKey();
	readonly #bySite = new Map<string, Set<number>>();
	readonly #keysMax: number;
	readonly #onMany: (site: string) => void;

	/**
	 * @param sites sites whose keys are counted; others are ignored
	 * @param keysMax maximum number of keys that are counted for one site
	 * @param onMany called once for a site that reaches this number
	 */
	constructor(sites: Iterable<string>, keysMax: number, onMany: (site: string) => void) {
		this.#keysMax = keysMax;
		this.#onMany = onMany;
		this.follow(sites);
	}

	/** Counts the keys of further sites, too. */
	follow(sites: Iterable<string>): void {
		for (const site of sites) if (!this.#bySite.has(site)) this.#bySite.set(site, new Set());
	}

	/** Adds the keys of a block. Adding the same block twice changes nothing. */
	add(found: KeysBySite): void {
		for (const [site, hashes] of found) {
			const keys = this.#bySite.get(site);
			if (keys === undefined || keys.size >= this.#keysMax) continue;
			for (const each of hashes) if (keys.size < this.#keysMax) keys.add(each);
			if (keys.size >= this.#keysMax) this.#onMany(site);
		}
	}

	/** Number of keys of each site. */
	counts(): [site: string, keys: number][] {
		return Array.from(this.#bySite, ([site, keys]) => [site, keys.size]);
	}
}
