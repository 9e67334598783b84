import { Encoder } from '@toondepauw/node-zstd';
import { BlockWriter } from './block-writer.js';
import { ByteText } from './byte-text.js';
import { CsvWriter } from './csv-writer.js';
import { type Chunk, type HistoryOptions, planHistory, segmentOf } from './plan.js';
import { ChunkPlayer } from './play-chunk.js';

/** Blocks for ClickHouse, or CSV that was compressed at a level of 1 to 22. */
type HistoryForm = { readonly kind: 'block' } | { readonly kind: 'csv'; readonly level: number };

/** What chunks are made of and into. */
export interface ChunkWork {
	readonly options: HistoryOptions;
	readonly form: HistoryForm;
	/** Most rows of a piece: pieces are handed on as they are made, so memory is bounded however many people a chunk has. @default 262 144 */
	readonly rowsMax?: number;
}

/** One block, or one frame of a file. */
export interface Piece {
	readonly rows: number;
	/** To be sent or written one after another. */
	readonly bytes: readonly Uint8Array<ArrayBuffer>[];
}

/** What collects rows, and gives them as a piece. */
interface Writer {
	readonly rows: number;
	add: BlockWriter['add'];
	finish(): readonly Uint8Array<ArrayBuffer>[];
}

const defaultRowsMax = 262_144;
/** As much as the rows of most chunks take; it grows. */
const textBytes = 96 * 2 ** 20;
/** No batch has more. */
const batchEventsMax = 2;

/**
 * Makes chunks of one history, one after another.
 *
 * @param onPiece gets each piece as soon as it is made
 */
export function chunkMaker(
	{ options, form, rowsMax = defaultRowsMax }: ChunkWork,
	onPiece: (piece: Piece) => void,
): (chunk: Chunk) => void {
	const plan = planHistory(options);
	const player = new ChunkPlayer(options, plan);
	const newWriter =
		form.kind === 'block' ? blockWriter(options.site, plan, rowsMax) : csvWriter(options.site, form.level);
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

function blockWriter(site: string, plan: { readonly id: string }, rowsMax: number): (chunk: Chunk) => Writer {
	return ({ index }) => new BlockWriter(rowsMax, site, segmentOf(plan, index));
}

function csvWriter(site: string, level: number): () => Writer {
	const zstd = new Encoder(level);
	const text = new ByteText(textBytes);
	return () => {
		const csv = new CsvWriter(site, text);
		return {
			get rows() {
				return csv.rows;
			},
			add: (batch, receivedAtMs) => csv.add(batch, receivedAtMs),
			// A copy: memory that native code has allocated cannot change hands.
			finish: () => [new Uint8Array(zstd.encodeSync(Buffer.from(csv.written.buffer, 0, csv.written.length)))],
		};
	};
}
