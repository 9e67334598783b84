import { Encoder } from '@toondepauw/node-zstd';
import { BlockWriter } from './block-writer.js';
import { ByteText } from './byte-text.js';
import { CsvWriter } from './csv-writer.js';
import { type Chunk, type HistoryOptions, hasOrders, planHistory, segmentOf } from './plan.js';
import { ChunkPlayer } from './play-chunk.js';

/** Format of the pieces: blocks for ClickHouse, or CSV compressed by zstd at a level of 1 to 22. */
type HistoryForm = { readonly kind: 'block' } | { readonly kind: 'csv'; readonly level: number };

/** Options for making chunks. */
export interface ChunkWork {
	readonly options: HistoryOptions;
	readonly form: HistoryForm;
	/**
	 * Maximum number of rows of a piece. Pieces are passed on as they are made, so the size of a chunk does not affect
	 * the memory. @default 262 144
	 */
	readonly rowsMax?: number;
}

/** A block, or a zstd frame of a file. */
export interface Piece {
	readonly rows: number;
	/** Bytes to be sent or written one after another. */
	readonly bytes: readonly Uint8Array<ArrayBuffer>[];
}

/** Collects the rows of a piece. */
interface Writer {
	readonly rows: number;
	add: BlockWriter['add'];
	finish(): readonly Uint8Array<ArrayBuffer>[];
}

const defaultRowsMax = 262_144;
/** Initial size of the text of a piece, bytes; enough for most chunks. */
const textBytes = 96 * 2 ** 20;
/** Maximum number of events of a batch. */
const batchEventsMax = 2;

/**
 * Creates a function that makes chunks of a history, one after another.
 *
 * @param onPiece called with each piece as soon as it is made
 */
export function chunkMaker(
	{ options, form, rowsMax = defaultRowsMax }: ChunkWork,
	onPiece: (piece: Piece) => void,
): (chunk: Chunk) => void {
	const plan = planHistory(options);
	const player = new ChunkPlayer(options, plan);
	const newWriter = form.kind === 'block' ? blockWriter(options, plan, rowsMax) : csvWriter(options, form.level);
	return (chunk) => {
		let writer = newWriter(chunk);
		const cut = () => {
			if (writer.rows > 0) onPiece({ rows: writer.rows, bytes: writer.finish() });
		};
		player.play(chunk, (batch, receivedAtMs) => {
			if (writer.rows + batchEventsMax > rowsMax) {
				cut();
				writer = newWriter(chunk);
			}
			writer.add(batch, receivedAtMs);
		});
		cut();
	};
}

function blockWriter(
	options: HistoryOptions,
	plan: { readonly id: string },
	rowsMax: number,
): (chunk: Chunk) => Writer {
	return ({ index }) => new BlockWriter(rowsMax, options.site, segmentOf(plan, index), hasOrders(options));
}

function csvWriter(options: HistoryOptions, level: number): () => Writer {
	const zstd = new Encoder(level);
	const text = new ByteText(textBytes);
	return () => {
		const csv = new CsvWriter(options.site, text, hasOrders(options));
		return {
			get rows() {
				return csv.rows;
			},
			add: (batch, receivedAtMs) => csv.add(batch, receivedAtMs),
			// Memory that native code has allocated cannot be transferred to another thread, so it is copied.
			finish: () => [new Uint8Array(zstd.encodeSync(Buffer.from(csv.written.buffer, 0, csv.written.length)))],
		};
	};
}
