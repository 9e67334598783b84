import { encodeClient } from '../../client.js';
import { BoundedMap } from '../limits/bounded-map.js';
import { parseUserAgent, userAgentCharactersMax } from './user-agent.js';

/**
 * A cache of encoded clients by user agent; the least recently used one is removed first. Parsing takes about 20 µs,
 * more than all other work for a batch, and the visitors of a shop share a few hundred user agents.
 */
export class ClientCache {
	readonly #clients: BoundedMap<string, Uint8Array>;

	constructor(entriesMax: number) {
		this.#clients = new BoundedMap(entriesMax);
	}

	/** Returns the client part of a WAL record for this user agent. */
	encoded(fullUserAgent: string): Uint8Array {
		const userAgent = fullUserAgent.slice(0, userAgentCharactersMax);
		// V8 hashes digit-only strings without a seed: a sender could choose user agents that share one hash.
		const key = `u${userAgent}`;
		const client = this.#clients.get(key) ?? encodeClient(parseUserAgent(userAgent));
		this.#clients.set(key, client);
		return client;
	}
}
