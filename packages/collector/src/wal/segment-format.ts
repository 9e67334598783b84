import { crc32 } from 'node:zlib';
import { recordMark } from './segment-name.js';

/**
 * # Segment file, format 1
 *
 * All integers are little-endian.
 *
 *     header, 20 bytes
 *       0  4  magic "FFLG"
 *       4  4  format, 1
 *       8  8  created, milliseconds since 1970 (uint64)
 *      16  4  crc32 of bytes 0…15
 *
 *     records, up to the end of the file, each
 *       0  4  mark: the first 32 bits of the random part of the file's name
 *       4  4  crc32 of everything after this field, to the end of the record
 *       8  4  length of the record, mark included
 *      12  8  received, milliseconds since 1970 (uint64)
 *      20  2  events in the frame
 *      22  2  length of the client part
 *      24  …  client part: see src/client.ts
 *       …  …  the frame: a batch exactly as received (packages/protocol/PROTOCOL.md)
 *
 * One process appends to a segment. Once sealed, the file is only read, renamed or removed. A record with a wrong
 * checksum is lost, and only that record: reading continues at the next mark with a correct checksum. The mark differs
 * between files and is not known to senders, so a sender cannot plant bytes that would be read as a record after a
 * damaged one.
 */
const formatVersion = 1;
export const headerBytes = 20;
const recordHeadBytes = 24;
const magic = 0x474c_4646;

/** A record of the WAL: one accepted batch. */
export interface WalRecord {
	receivedAtMs: number;
	/** Events in the frame. */
	events: number;
	/** The sender's client, encoded. */
	client: Uint8Array;
	/** The batch exactly as received. */
	frame: Uint8Array;
}

/** Content of a segment. */
export interface SegmentContent {
	records: WalRecord[];
	/** Number of ranges that are not a complete, undamaged record. */
	damaged: number;
}

/** Thrown for a segment written by a later version. */
export class UnknownSegmentFormat extends Error {}

export function encodeHeader(createdMs: number): Buffer {
	const header = Buffer.alloc(headerBytes);
	header.writeUInt32LE(magic, 0);
	header.writeUInt32LE(formatVersion, 4);
	header.writeBigUInt64LE(BigInt(createdMs), 8);
	header.writeUInt32LE(crc32(header.subarray(0, 16)), 16);
	return header;
}

/** Size of an encoded record, bytes. */
export function recordBytes(record: WalRecord): number {
	return recordHeadBytes + record.client.length + record.frame.length;
}

/**
 * Writes a record without its mark and checksum, which depend on the segment's name; see {@link sealRecords}.
 *
 * @returns its end
 */
export function writeRecord(target: Buffer, start: number, record: WalRecord): number {
	const length = recordBytes(record);
	target.writeUInt32LE(length, start + 8);
	target.writeUInt32LE(record.receivedAtMs >>> 0, start + 12);
	target.writeUInt32LE(Math.floor(record.receivedAtMs / 0x1_0000_0000), start + 16);
	target.writeUInt16LE(record.events, start + 20);
	target.writeUInt16LE(record.client.length, start + 22);
	target.set(record.client, start + recordHeadBytes);
	target.set(record.frame, start + recordHeadBytes + record.client.length);
	return start + length;
}

/** Adds marks and checksums to consecutive records, for the segment that they are written to. */
export function sealRecords(records: Buffer, name: string): void {
	const mark = recordMark(name);
	for (let start = 0; start < records.length; ) {
		const end = start + records.readUInt32LE(start + 8);
		records.writeUInt32LE(mark, start);
		records.writeUInt32LE(crc32(records.subarray(start + 8, end)), start + 4);
		start = end;
	}
}

/**
 * Reads a segment and skips what is damaged.
 *
 * @throws UnknownSegmentFormat when an undamaged header names a later format
 */
export function readSegment(bytes: Buffer, name: string): SegmentContent {
	const content: SegmentContent = { records: [], damaged: 0 };
	// A file without a byte was created by a process that was killed before it wrote the header. It never held a record.
	if (bytes.length > 0 && !headerFits(bytes)) content.damaged++;
	const mark = recordMark(name);
	let position = Math.min(headerBytes, bytes.length);
	while (position < bytes.length) {
		const end = recordEnd(bytes, position, mark);
		if (end === undefined) {
			content.damaged++;
			position = nextRecord(bytes, position + 1, mark);
		} else {
			content.records.push(readRecord(bytes, position, end));
			position = end;
		}
	}
	return content;
}

/** The number of events of a segment, and when its oldest record was received, milliseconds since 1970. */
export function totalOf({ records }: SegmentContent): { events: number; firstReceivedMs: number } {
	const total = { events: 0, firstReceivedMs: Number.POSITIVE_INFINITY };
	for (const record of records) {
		total.events += record.events;
		total.firstReceivedMs = Math.min(total.firstReceivedMs, record.receivedAtMs);
	}
	return total;
}

function headerFits(bytes: Buffer): boolean {
	if (bytes.length < headerBytes || bytes.readUInt32LE(0) !== magic) return false;
	if (bytes.readUInt32LE(16) !== crc32(bytes.subarray(0, 16))) return false;
	const version = bytes.readUInt32LE(4);
	if (version !== formatVersion)
		throw new UnknownSegmentFormat(
			`the segment has format ${version}, and this collector reads format ${formatVersion}`,
		);
	return true;
}

/** End of the record at `start`; `undefined` if there is no complete, undamaged record. */
function recordEnd(bytes: Buffer, start: number, mark: number): number | undefined {
	if (start + recordHeadBytes > bytes.length || bytes.readUInt32LE(start) !== mark) return undefined;
	const length = bytes.readUInt32LE(start + 8);
	const end = start + length;
	if (end > bytes.length || length < recordHeadBytes + bytes.readUInt16LE(start + 22)) return undefined;
	return bytes.readUInt32LE(start + 4) === crc32(bytes.subarray(start + 8, end)) ? end : undefined;
}

/** Position of the next complete record at or after `from`; the end of the file if there is none. */
function nextRecord(bytes: Buffer, from: number, mark: number): number {
	const wanted = Buffer.alloc(4);
	wanted.writeUInt32LE(mark);
	for (let at = bytes.indexOf(wanted, from); at !== -1; at = bytes.indexOf(wanted, at + 1)) {
		if (recordEnd(bytes, at, mark) !== undefined) return at;
	}
	return bytes.length;
}

function readRecord(bytes: Buffer, start: number, end: number): WalRecord {
	const clientEnd = start + recordHeadBytes + bytes.readUInt16LE(start + 22);
	return {
		receivedAtMs: bytes.readUInt32LE(start + 16) * 0x1_0000_0000 + bytes.readUInt32LE(start + 12),
		events: bytes.readUInt16LE(start + 20),
		client: bytes.subarray(start + recordHeadBytes, clientEnd),
		frame: bytes.subarray(clientEnd, end),
	};
}
