import { readSegment } from '../../wal/segment-format.js';
import { type BlockOptions, buildBlock, type EventBlock } from './event-block.js';

/** Request for a block. */
export interface BlockRequest extends BlockOptions {
	/** The segment's name, and its bytes. */
	segment: string;
	bytes: Uint8Array<ArrayBuffer>;
	/** Value of the `segment` column of the rows; also the id of the insert. */
	label: string;
}

/** A block, and the damage found in its segment. */
export interface BuiltBlock extends EventBlock {
	/** Number of ranges of the segment that were not a complete record. */
	damaged: number;
}

/** Reads the segment and builds the block. Throws for a segment of a later version. */
export function answerRequest({ segment, bytes, label, ...options }: BlockRequest): BuiltBlock {
	const { records, damaged } = readSegment(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), segment);
	return { ...buildBlock(records, label, options), damaged };
}
