import { readSegment } from '../wal/segment-format.js';
import { type BlockOptions, buildBlock, type EventBlock } from './event-block.js';

/** Which block to build. */
export interface BlockRequest extends BlockOptions {
	/** The segment's name, and its bytes. */
	segment: string;
	bytes: Uint8Array<ArrayBuffer>;
	/** What the rows say in their `segment` column; also the id of the insert. */
	label: string;
}

/** A block, and what reading its segment found. */
export interface BuiltBlock extends EventBlock {
	/** Stretches of the segment that were not a whole record. */
	damaged: number;
}

/** Reads the segment and builds the block. Throws for a segment of a later version. */
export function answerRequest({ segment, bytes, label, ...options }: BlockRequest): BuiltBlock {
	const { records, damaged } = readSegment(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), segment);
	return { ...buildBlock(records, label, options), damaged };
}
