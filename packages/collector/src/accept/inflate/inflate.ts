import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import type { ContentCoding } from '@footfall/protocol';

/** An inflated body, or the reason why there is none. */
export type Inflated = { ok: true; bytes: Uint8Array } | { ok: false; reason: 'too-large' | 'malformed' };

/** Size of the pieces in which a body is inflated, bytes. With Node's default, 16 KiB, a megabyte takes longer. */
const chunkSize = 65_536;

/** Node's functions with the option `info`, which its types lack. */
type Inflate = (
	bytes: Uint8Array,
	options: { chunkSize: number; maxOutputLength: number; info: true },
) => { buffer: Uint8Array; engine: { bytesWritten: number } };

/**
 * Inflates a body. Bytes after its end make it malformed, since a part of the events would be lost unnoticed. Never
 * throws.
 *
 * @param bytesMax maximum size of the inflated body, bytes. Inflating stops soon after it
 */
export function inflate(bytes: Uint8Array, coding: ContentCoding, bytesMax: number): Inflated {
	const options = { chunkSize, maxOutputLength: bytesMax, info: true } as const;
	try {
		const { buffer, engine } = inflateOf(coding, bytes)(bytes, options);
		return engine.bytesWritten === bytes.length ? { ok: true, bytes: buffer } : { ok: false, reason: 'malformed' };
	} catch (error) {
		const isTooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
		return { ok: false, reason: isTooLarge ? 'too-large' : 'malformed' };
	}
}

function inflateOf(coding: ContentCoding, bytes: Uint8Array): Inflate {
	if (coding === 'gzip') return gunzipSync as unknown as Inflate;
	if (coding === 'br') return brotliDecompressSync as unknown as Inflate;
	return (isZlib(bytes) ? inflateSync : inflateRawSync) as unknown as Inflate;
}

/** Returns whether bytes begin with the header of zlib (RFC 1950). Some senders of `deflate` leave it out. */
function isZlib([method = 0, flags = 0]: Uint8Array): boolean {
	return (method & 0x0f) === 8 && (method * 256 + flags) % 31 === 0;
}
