import type { EventSource } from '@footfall/warehouse/columns';

/** Client information from a user agent: three families and a flag. It does not identify a person. */
export interface Client {
	/** Browser family; empty if not known. */
	browser: string;
	/** Operating system family; empty if not known. */
	os: string;
	/** `desktop`, `mobile` or `tablet`; empty if not known. */
	device: string;
	/** Whether the user agent is that of a bot. */
	isBot: boolean;
}

const userAgentTexts = ['browser', 'os', 'device'] as const;

/** Names of the texts in the client part of a record, in the order in which they are stored. */
export const clientTexts = [...userAgentTexts, 'country'] as const;

/**
 * The endpoint that received a batch: `page` is `/v1/socket` and `/v1/batch`, `json` is `/v1/events`. Ids given by
 * senders are kept apart by endpoint.
 */
export type Endpoint = 'page' | 'json';

/**
 * The byte of a record that encodes its endpoint. It is never 0, which would mean a record without an endpoint; later
 * versions may have more endpoints.
 */
const endpointBytes: Record<Endpoint, Buffer> = { page: Buffer.of(1), json: Buffer.of(2) };

/** The sender of a batch: a page, or a server. Only imports have the third source. */
export type Source = Exclude<EventSource, 'import'>;

/** The byte of a record that encodes its source; never 0, like that of the endpoint. */
const sourceBytes: Record<Source, Buffer> = { page: Buffer.of(1), server: Buffer.of(2) };

/**
 * Returns who sent a request. Browsers name the origin of the page in every request to another one and in every POST,
 * so a request to the JSON endpoint without an origin is not of a page, and neither is one with a write key. The other
 * endpoints take what trackers send.
 *
 * @param origin value of the `Origin` header; empty if there is none
 * @param isKeyed whether the request had a write key. @default false
 */
export function sourceOf(endpoint: Endpoint, origin: string, isKeyed = false): Source {
	return endpoint === 'json' && (isKeyed || origin === '') ? 'server' : 'page';
}

/** How a batch was received: the second half of the client part of its record. */
export interface Receipt {
	/** ISO 3166-1 alpha-2 code; empty if not known. */
	country: string;
	endpoint: Endpoint;
	source: Source;
	/** @default none */
	mark?: Mark | undefined;
}

/**
 * A property of few batches: `derived`, a visitor that was computed from a user id; `no-orders`, a sender that may not
 * tell of orders and refunds of its site, so that those of the batch are stored without the id of their order.
 */
export type Mark = 'derived' | 'no-orders';

/** The byte of a record that encodes its mark; records without a mark do not have it. */
const markBytes: Record<Mark, Buffer> = { derived: Buffer.of(1), 'no-orders': Buffer.of(2) };

/** The fields of the client part of a record that are not text. */
export interface RecordClient {
	/** Whether a page sent the batch with the user agent of a bot. */
	isBot: boolean;
	/** `undefined` in records of versions that did not store it. */
	endpoint: Endpoint | undefined;
	/** In records of versions that did not store it: `server` for the JSON endpoint, otherwise `page`. */
	source: Source;
	mark: Mark | undefined;
}

/**
 * Encodes the first half of the client part of a WAL record, which follows from the user agent; {@link withReceipt}
 * completes it.
 *
 * The client part is one byte that is 1 for a bot, then browser, os, device and country, each as a byte of length and
 * that many bytes of UTF-8, then a byte for the endpoint: 1 `page`, 2 `json`, one for the source: 1 `page`, 2 `server`,
 * and one for the mark: 1 `derived`, 2 `no-orders`. It may end before any of them, which is then empty or not known:
 * most records have no mark, records of earlier versions have no source, some no endpoint, and some no country. A
 * reader ignores what follows, so that later versions can append.
 */
export function encodeClient(client: Client): Buffer {
	return Buffer.concat([Buffer.of(client.isBot ? 1 : 0), ...userAgentTexts.map((name) => encodeText(client[name]))]);
}

/**
 * Completes the client part of a record.
 *
 * @param client result of {@link encodeClient}
 */
export function withReceipt(client: Uint8Array, receipt: Receipt): Buffer {
	return Buffer.concat([client, tailOf(receipt)]);
}

/**
 * The bytes that follow the first half of a client part. They are cached, since encoding them takes 1 µs per record and
 * there are only about 250 countries.
 */
function tailOf({ country, endpoint, source, mark }: Receipt): Buffer {
	const tails = tailsOf[mark ?? 'none'][endpoint][source];
	let tail = tails.get(country);
	if (tail === undefined) {
		const marks = mark === undefined ? [] : [markBytes[mark]];
		tail = Buffer.concat([encodeText(country), endpointBytes[endpoint], sourceBytes[source], ...marks]);
		if (tails.size < tailsMax) tails.set(country, tail);
	}
	return tail;
}

const tailsMax = 1_000;
const bySource = (): Record<Source, Map<string, Buffer>> => ({ page: new Map(), server: new Map() });
const byEndpoint = (): Record<Endpoint, ReturnType<typeof bySource>> => ({ page: bySource(), json: bySource() });
const tailsOf = { none: byEndpoint(), derived: byEndpoint(), 'no-orders': byEndpoint() };

function encodeText(text: string): Buffer {
	const bytes = Buffer.from(text).subarray(0, 255);
	return Buffer.concat([Buffer.of(bytes.length), bytes]);
}

/**
 * Reads the client part of a record with a correct checksum.
 *
 * @param each called with the position of each text, in the order of `clientTexts`
 */
export function readClient(bytes: Uint8Array, each: (index: number, start: number, end: number) => void): RecordClient {
	let position = 1;
	for (let index = 0; index < clientTexts.length; index++) {
		const start = Math.min(position + 1, bytes.length);
		position = Math.min(start + (bytes[position] ?? 0), bytes.length);
		each(index, start, position);
	}
	const endpoint = keyOf(endpointBytes, bytes[position]);
	const source = keyOf(sourceBytes, bytes[position + 1]) ?? (endpoint === 'json' ? 'server' : 'page');
	// The user agent of a server is that of its program, which says nothing about the person.
	const isBot = source === 'page' && bytes[0] === 1;
	return { isBot, endpoint, source, mark: keyOf(markBytes, bytes[position + 2]) };
}

function keyOf<Key extends string>(encodings: Record<Key, Buffer>, byte: number | undefined): Key | undefined {
	return (Object.keys(encodings) as Key[]).find((key) => encodings[key][0] === byte);
}
