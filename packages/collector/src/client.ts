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

/** The fields of the client part of a record that are not text. */
export interface RecordClient {
	isBot: boolean;
	/** `undefined` in records of versions that did not store it. */
	endpoint: Endpoint | undefined;
}

/**
 * Encodes the first half of the client part of a WAL record, which follows from the user agent; {@link withReceipt}
 * completes it.
 *
 * The client part is one byte that is 1 for a bot, then browser, os, device and country, each as a byte of length and
 * that many bytes of UTF-8, then a byte for the endpoint: 1 `page`, 2 `json`. It may end before any of them, which is
 * then empty or not known: records of earlier versions have no endpoint, and some no country. A reader ignores what
 * follows, so that later versions can append.
 */
export function encodeClient(client: Client): Buffer {
	return Buffer.concat([Buffer.of(client.isBot ? 1 : 0), ...userAgentTexts.map((name) => encodeText(client[name]))]);
}

/**
 * Completes the client part of a record.
 *
 * @param client result of {@link encodeClient}
 * @param country ISO 3166-1 alpha-2 code; empty if not known
 */
export function withReceipt(client: Uint8Array, country: string, endpoint: Endpoint): Buffer {
	return Buffer.concat([client, tailOf(country, endpoint)]);
}

/**
 * The bytes that follow the first half of a client part. They are cached, since encoding them takes 1 µs per record and
 * there are only about 250 countries.
 */
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
	return { isBot: bytes[0] === 1, endpoint: endpointOf(bytes[position]) };
}

function endpointOf(byte: number | undefined): Endpoint | undefined {
	return (Object.keys(endpointBytes) as Endpoint[]).find((endpoint) => endpointBytes[endpoint][0] === byte);
}
