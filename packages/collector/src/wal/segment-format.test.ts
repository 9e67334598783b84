import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
	encodeHeader,
	headerBytes,
	readSegment,
	recordBytes,
	sealRecords,
	UnknownSegmentFormat,
	type WalRecord,
	writeRecord,
} from './segment-format.js';
import { SegmentNames } from './segment-name.js';

const name = new SegmentNames([]).next(Date.now());

function record(text: string): WalRecord {
	return { receivedAtMs: 1_764_000_000_123, events: 2, client: Buffer.from('client'), frame: Buffer.from(text) };
}

function segment(records: readonly WalRecord[], segmentName = name): Buffer {
	const body = Buffer.alloc(records.reduce((sum, each) => sum + recordBytes(each), 0));
	let end = 0;
	for (const each of records) end = writeRecord(body, end, each);
	sealRecords(body, segmentName);
	return Buffer.concat([encodeHeader(1_764_000_000_000), body]);
}

const frames = (bytes: Buffer) => readSegment(bytes, name).records.map((each) => Buffer.from(each.frame).toString());

describe('a segment', () => {
	it('a segment returns the records that were written', () => {
		const content = readSegment(segment([record('one'), record('')]), name);
		expect(content.damaged).toBe(0);
		expect(
			content.records.map((each) => ({ ...each, client: String(each.client), frame: String(each.frame) })),
		).toEqual([
			{ receivedAtMs: 1_764_000_000_123, events: 2, client: 'client', frame: 'one' },
			{ receivedAtMs: 1_764_000_000_123, events: 2, client: 'client', frame: '' },
		]);
	});

	it('a segment loses at most the last record when its tail is torn off, at any position', () => {
		const whole = segment([record('one'), record('two')]);
		const first = headerBytes + recordBytes(record('one'));
		for (let length = 0; length < whole.length; length++) {
			const { records, damaged } = readSegment(whole.subarray(0, length), name);
			expect(records.length).toBe(length >= first ? 1 : 0);
			expect(damaged).toBe(length === 0 || length === first || length === headerBytes ? 0 : 1);
		}
	});

	it('a segment loses only the record with a flipped byte, at any position', () => {
		const whole = segment([record('one'), record('two'), record('three')]);
		const ends = ['one', 'two', 'three'].map((text) => recordBytes(record(text)));
		for (let at = 0; at < whole.length; at++) {
			const broken = Buffer.from(whole);
			broken[at] = (broken[at] ?? 0) ^ 0x10;
			const { records, damaged } = readSegment(broken, name);
			const kept = records.map((each) => String(each.frame));
			const hit =
				at < headerBytes
					? undefined
					: at < headerBytes + (ends[0] ?? 0)
						? 'one'
						: at < headerBytes + (ends[0] ?? 0) + (ends[1] ?? 0)
							? 'two'
							: 'three';
			expect(kept).toEqual(['one', 'two', 'three'].filter((text) => text !== hit));
			expect(damaged).toBe(1);
		}
	});

	it('a record planted inside a damaged record is not read', () => {
		const other = new SegmentNames([name]).next(Date.now());
		const planted = segment([record('planted')], other).subarray(headerBytes);
		const whole = segment([{ ...record(''), frame: planted }, record('next')]);
		whole[headerBytes + 12] = (whole[headerBytes + 12] ?? 0) ^ 1;
		expect(frames(whole)).toEqual(['next']);
	});

	it('a segment of a later format is refused and not misread', () => {
		const later = segment([record('one')]);
		later.writeUInt32LE(2, 4);
		later.writeUInt32LE(crc32(later.subarray(0, 16)), 16);
		expect(() => readSegment(later, name)).toThrow(UnknownSegmentFormat);
	});

	it('names of segments sort by time although the system clock is set back', () => {
		const names = new SegmentNames(['000000000005000-0123456789abcdef']);
		const made = [names.next(6000), names.next(4000), names.next(4000), names.next(7000)];
		expect(made.map((each) => each.slice(0, 15))).toEqual([
			'000000000006000',
			'000000000006001',
			'000000000006002',
			'000000000007000',
		]);
	});
});
