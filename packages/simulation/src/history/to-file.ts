import { type FileHandle, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { Encoder } from '@toondepauw/node-zstd';
import { makeChunks } from './chunk-pool.js';
import { csvHeader } from './csv-writer.js';
import { type HistoryOptions, hasOrders, planHistory } from './plan.js';
import type { HistoryResult, HistoryRun } from './progress.js';

/** Progress of an unfinished file, stored in a second file as JSON. */
interface Checkpoint {
	/** Id of the history, and the level. */
	id: string;
	chunksDone: number;
	bytes: number;
}

/** Default level of zstd. Higher levels are much slower and barely reduce the size; 19 reduces it by a third. */
const defaultLevel = 1;

/** A history cannot be written to a file. The message says why. */
export class HistoryFileRefusal extends Error {}

/**
 * Writes a history to a file: CSVWithNames in zstd frames. The same options yield the same bytes. An unfinished file is
 * `PATH.partial`, with its progress in a second file; another call resumes after the last recorded chunk.
 *
 * @param level level of zstd, 1 to 22. @default 1
 * @throws HistoryFileRefusal when the file exists
 */
export async function historyToFile(
	options: HistoryOptions,
	path: string,
	{
		threads = Math.min(4, availableParallelism()),
		onProgress,
		signal,
		level = defaultLevel,
	}: HistoryRun & { readonly level?: number } = {},
): Promise<HistoryResult> {
	if (await stat(path).catch(() => undefined)) throw new HistoryFileRefusal(`${path} exists already`);
	const { id, chunks } = planHistory(options);
	const partial = new PartialFile(path, `${id}-${level}`);
	const chunksBefore = await partial.open(level, csvHeader(hasOrders(options)));
	let rows = 0;
	let chunksDone = chunksBefore;
	try {
		for await (const made of makeChunks(
			{ options, form: { kind: 'csv', level } },
			chunks.slice(chunksBefore),
			threads,
		)) {
			for await (const piece of made) {
				rows += piece.rows;
				await partial.append(piece.bytes);
			}
			chunksDone++;
			await partial.checkpoint(chunksDone);
			onProgress?.({ chunksDone, chunks: chunks.length, rows });
			if (signal?.aborted) break;
		}
	} finally {
		await partial.close();
	}
	const isWhole = chunksDone === chunks.length;
	if (isWhole) await partial.finish();
	return { rows, chunksBefore, isWhole };
}

/** An unfinished file, which grows chunk by chunk, and its checkpoint. */
class PartialFile {
	readonly #path: string;
	readonly #id: string;
	#file: FileHandle | undefined;
	#bytes = 0;

	constructor(path: string, id: string) {
		this.#path = path;
		this.#id = id;
	}

	/** @returns number of chunks that the file contains */
	async open(level: number, header: string): Promise<number> {
		const found = await this.#readCheckpoint();
		if (found === undefined) {
			this.#file = await open(`${this.#path}.partial`, 'w');
			await this.append([new Encoder(level).encodeSync(Buffer.from(header))]);
			await this.checkpoint(0);
			return 0;
		}
		this.#file = await open(`${this.#path}.partial`, 'r+');
		// Bytes after the last recorded chunk belong to an incomplete one.
		await this.#file.truncate(found.bytes);
		this.#bytes = found.bytes;
		return found.chunksDone;
	}

	async append(pieces: readonly Uint8Array[]): Promise<void> {
		for (const piece of pieces) {
			await this.#file?.write(piece, 0, piece.length, this.#bytes);
			this.#bytes += piece.length;
		}
	}

	/** Records that the file ends with a complete chunk. */
	async checkpoint(chunksDone: number): Promise<void> {
		const checkpoint: Checkpoint = { id: this.#id, chunksDone, bytes: this.#bytes };
		await writeFile(`${this.#checkpointPath}.new`, JSON.stringify(checkpoint));
		await rename(`${this.#checkpointPath}.new`, this.#checkpointPath);
	}

	async close(): Promise<void> {
		await this.#file?.sync();
		await this.#file?.close();
	}

	async finish(): Promise<void> {
		await rename(`${this.#path}.partial`, this.#path);
		await rm(this.#checkpointPath);
	}

	get #checkpointPath(): string {
		return `${this.#path}.partial.json`;
	}

	/** Undefined without a checkpoint of this history, or if the file is shorter than the checkpoint says. */
	async #readCheckpoint(): Promise<Checkpoint | undefined> {
		try {
			const checkpoint: Checkpoint = JSON.parse(await readFile(this.#checkpointPath, 'utf8'));
			const { size } = await stat(`${this.#path}.partial`);
			return checkpoint.id === this.#id && size >= checkpoint.bytes ? checkpoint : undefined;
		} catch {
			return undefined;
		}
	}
}
