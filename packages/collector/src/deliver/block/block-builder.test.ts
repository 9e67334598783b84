import { crc32 } from 'node:zlib';
import { expect, it } from 'vitest';
import { encodeClient } from '../../client.js';
import { frame } from '../../testing/frames.js';
import { CommitGroup } from '../../wal/commit-group.js';
import { encodeHeader } from '../../wal/segment-format.js';
import { SegmentNames } from '../../wal/segment-name.js';
import { BlockBuilder } from './block-builder.js';

const segment = new SegmentNames([]).next(Date.now());

function request() {
	const group = new CommitGroup(0, 1_000);
	const client = encodeClient({ browser: '', os: '', device: '', isBot: false });
	void group.add({ receivedAtMs: Date.now(), events: 3, client, frame: frame({ events: 3 }) });
	const bytes = Uint8Array.from(Buffer.concat([encodeHeader(Date.now()), group.encoded(segment)]));
	return { segment, bytes, label: segment };
}

it('the block builder builds blocks one after another, and none after close()', async () => {
	const builder = new BlockBuilder();
	const blocks = await Promise.all([builder.build(request()), builder.build(request())]);
	expect(blocks.map(({ rows, damaged }) => [rows, damaged])).toEqual([
		[3, 0],
		[3, 0],
	]);
	const late = builder.build(request());
	await builder.close();
	await expect(late).rejects.toThrow();
	await expect(builder.build(request())).rejects.toThrow(/the block builder is closed/);
});

it('the block builder reports a segment that it cannot read, and continues', async () => {
	const builder = new BlockBuilder();
	const header = encodeHeader(Date.now());
	header.writeUInt32LE(2, 4);
	header.writeUInt32LE(crc32(header.subarray(0, 16)), 16);
	const later = { segment, bytes: Uint8Array.from(header), label: segment };
	await expect(builder.build(later)).rejects.toThrow(/format 2/);
	expect((await builder.build(request())).rows).toBe(3);
	await builder.close();
});
