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

/**
 * The client part of a log record: one byte that is 1 for a bot, then browser, os and device, each as a byte of length
 * and that many bytes of UTF-8. A reader ignores what follows, so that later versions can append.
 */
export function encodeClient(client: Client): Buffer {
	const parts = [client.browser, client.os, client.device].map((text) => Buffer.from(text).subarray(0, 255));
	return Buffer.concat([Buffer.of(client.isBot ? 1 : 0), ...parts.flatMap((part) => [Buffer.of(part.length), part])]);
}

/** The client part of a record whose checksum was right. */
export function decodeClient(bytes: Uint8Array): Client {
	const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
	let position = 1;
	const text = () => {
		const length = buffer[position] ?? 0;
		const start = position + 1;
		position = start + length;
		return buffer.toString('utf8', start, position);
	};
	return { isBot: buffer[0] === 1, browser: text(), os: text(), device: text() };
}
