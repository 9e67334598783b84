/** What a user agent tells about the sender: three families and a flag, nothing that would single a person out. */
export interface Client {
	/** Browser family; empty when not known. */
	browser: string;
	/** Operating system family; empty when not known. */
	os: string;
	/** `desktop`, `mobile` or `tablet`; empty when not known. */
	device: string;
	/** The user agent says that it is a machine. */
	isBot: boolean;
}

const userAgentTexts = ['browser', 'os', 'device'] as const;

/** The texts of a record's client part, in their order. */
export const clientTexts = [...userAgentTexts, 'country'] as const;

/**
 * The endpoint that took a batch: `page` is `/v1/socket` and `/v1/batch`, `json` is `/v1/events`. Ids given by
 * senders are kept apart by it.
 */
export type Endpoint = 'page' | 'json';

/**
 * The byte of a record that encodes its endpoint. It is never 0, which would be a record without an endpoint; a later
 * version may have more endpoints.
 */
const endpointBytes: Record<Endpoint, Buffer> = { page: Buffer.of(1), json: Buffer.of(2) };

/** The part of a record's client part that is not text. */
export interface RecordClient {
	isBot: boolean;
	/** `undefined` in logs of versions that did not store it. */
	endpoint: Endpoint | undefined;
}

/**
 * The first half of the client part of a log record, which follows from the user agent; {@link withReceipt} completes
 * it.
 *
 * The client part is one byte that is 1 for a bot, then browser, os, device and country, each as a byte of length and
 * that many bytes of UTF-8, then a byte for the endpoint: 1 `page`, 2 `json`. It may end before any of them, which is
 * then empty or not known: logs of earlier versions have no endpoint, and some no country. A reader ignores what
 * follows, so that later versions can append.
 */
export function encodeClient(client: Client): Buffer {
	return Buffer.concat([Buffer.of(client.isBot ? 1 : 0), ...userAgentTexts.map((name) => encodeText(client[name]))]);
}

/**
 * Completes the client part of a record.
 *
 * @param client what {@link encodeClient} has made
 * @param country ISO 3166-1 alpha-2 code; empty when not known
 */
export function withReceipt(client: Uint8Array, country: string, endpoint: Endpoint): Buffer {
	return Buffer.concat([client, tailOf(country, endpoint)]);
}

/** The bytes that follow a client part. There are some 250 countries, and making these bytes anew takes 1 µs a record. */
function tailOf(country: string, endpoint: Endpoint): Buffer {
	const tails = tailsByEndpoint[endpoint];
	let tail = tails.get(country);
	if (tail === undefined) {
		tail = Buffer.concat([encodeText(country), endpointBytes[endpoint]]);
		if (tails.size < tailsMax) tails.set(country, tail);
	}
	return tail;
}

const tailsMax = 1_000;
const tailsByEndpoint: Record<Endpoint, Map<string, Buffer>> = { page: new Map(), json: new Map() };

function encodeText(text: string): Buffer {
	const bytes = Buffer.from(text).subarray(0, 255);
	return Buffer.concat([Buffer.of(bytes.length), bytes]);
}

/**
 * Reads the client part of a record whose checksum was right.
 *
 * @param each called with the place of every text, in the order of `clientTexts`
 */
export function readClient(bytes: Uint8Array, each: (index: number, start: number, end: number) => void): RecordClient {
	let position = 1;
	for (let index = 0; index < clientTexts.length; index++) {
		const start = Math.min(position + 1, bytes.length);
		position = Math.min(start + (bytes[position] ?? 0), bytes.length);
		each(index, start, position);
	}
	return { isBot: bytes[0] === 1, endpoint: endpointOf(bytes[position]) };
}

function endpointOf(byte: number | undefined): Endpoint | undefined {
	return (Object.keys(endpointBytes) as Endpoint[]).find((endpoint) => endpointBytes[endpoint][0] === byte);
}
