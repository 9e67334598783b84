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

/** The texts of a client, in the order of a record's client part. */
export const clientTexts = ['browser', 'os', 'device'] as const;

/**
 * The client part of a log record: one byte that is 1 for a bot, then browser, os and device, each as a byte of length
 * and that many bytes of UTF-8. A reader ignores what follows, so that later versions can append.
 */
export function encodeClient(client: Client): Buffer {
	const parts = clientTexts.map((name) => Buffer.from(client[name]).subarray(0, 255));
	return Buffer.concat([Buffer.of(client.isBot ? 1 : 0), ...parts.flatMap((part) => [Buffer.of(part.length), part])]);
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
		const start = position + 1;
		position = start + (bytes[position] ?? 0);
		each(index, start, position);
	}
	return bytes[0] === 1;
}
