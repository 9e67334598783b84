/**
 * A zstd frame of blocks that are not packed any smaller. Node cannot compress with zstd in all its supported versions.
 *
 * @param blockBytes size of each block but the last, bytes
 */
export function zstdOf(text: string | Uint8Array, blockBytes = 100_000): Buffer {
	const content = Buffer.from(text);
	const parts = [Buffer.from('28b52ffd0058', 'hex')];
	for (let at = 0; at < content.length; at += blockBytes) {
		const block = content.subarray(at, at + blockBytes);
		const head = Buffer.alloc(3);
		head.writeUIntLE((block.length << 3) | (at + blockBytes >= content.length ? 1 : 0), 0, 3);
		parts.push(head, block);
	}
	return Buffer.concat(parts);
}
