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
 * The client part of a log record: one byte that is 1 for a bot, then browser, os, device and country, each as a byte of
 * length and that many bytes of UTF-8. It may end before any of them, which is then empty: a country that is not known is
 * left out, and logs of versions that knew no countries have none. A reader ignores what follows, so that later versions can
 * append.
 */
export function encodeClient(client: Client): Buffer {
	return Buffer.concat([Buffer.of(client.isBot ? 1 : 0), ...userAgentTexts.map((name) => encodeText(client[name]))]);
}

/** Adds a country to a client part that has none. @param country ISO 3166-1 alpha-2 code; empty when not known */
export function withCountry(client: Uint8Array, country: string): Uint8Array {
	return country === '' ? client : Buffer.concat([client, encodeText(country)]);
}

function encodeText(text: string): Buffer {
	const bytes = Buffer.from(text).subarray(0, 255);
	return Buffer.concat([Buffer.of(bytes.length), bytes]);
}

/**
 * Reads the client part of a record whose checksum was right.
 *
 * @param each called with the place of every text, in the order of `clientTexts`
 * @returns whether it is a bot
 */
export function readClient(bytes: Uint8Array, each: (index: number, start: number, end: number) => void): boolean {
	let position = 1;
	for (let index = 0; index < clientTexts.length; index++) {
		const start = Math.min(position + 1, bytes.length);
		position = Math.min(start + (bytes[position] ?? 0), bytes.length);
		each(index, start, position);
	}
	return bytes[0] === 1;
}
