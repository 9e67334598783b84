import { type FileHandle, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { Encoder } from '@toondepauw/node-zstd';
import { makeChunks } from './chunk-pool.js';
import { csvHeader } from './csv-writer.js';
import { type HistoryOptions, planHistory } from './plan.js';
import type { HistoryResult, HistoryRun } from './progress.js';

/** How far an unfinished file is; beside it, as JSON. */
interface Checkpoint {
	/** Of the history and the level. */
	id: string;
	chunksDone: number;
	bytes: number;
}

/** Higher ones make these files hardly smaller, but much later; 19 makes them a third smaller. */
const defaultLevel = 1;

/** A file that will not be written, and why. */
export class HistoryFileRefusal extends Error {}

/**
 * Makes a history into a file: CSVWithNames, zstd, one frame a chunk. The same options make the same bytes. Until it is whole it lies
 * in `PATH.partial` with a note beside it; run again, it goes on after the last chunk noted.
 *
 * @param level of zstd, 1 to 22. @default 1
 * @throws HistoryFileRefusal when the file is there already
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
	if (await stat(path).catch(() => undefined)) throw new HistoryFileRefusal(`${path} is there already`);
	const { id, chunks } = planHistory(options);
	const partial = new PartialFile(path, `${id}-${level}`);
	const chunksBefore = await partial.open(level);
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
			await partial.note(chunksDone);
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

/** A file that grows chunk by chunk, and a note of how far it is. */
class PartialFile {
	readonly #path: string;
	readonly #id: string;
	#file: FileHandle | undefined;
	#bytes = 0;

	constructor(path: string, id: string) {
		this.#path = path;
		this.#id = id;
	}

	/** @returns chunks that are in it already */
	async open(level: number): Promise<number> {
		const found = await this.#readNote();
		if (found === undefined) {
			this.#file = await open(`${this.#path}.partial`, 'w');
			await this.append([new Encoder(level).encodeSync(Buffer.from(csvHeader))]);
			await this.note(0);
			return 0;
		}
		this.#file = await open(`${this.#path}.partial`, 'r+');
		// What follows the last chunk noted was cut off in the midst of one.
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

	/** What stands in the file now is whole chunks. */
	async note(chunksDone: number): Promise<void> {
		const note: Checkpoint = { id: this.#id, chunksDone, bytes: this.#bytes };
		await writeFile(`${this.#notePath}.new`, JSON.stringify(note));
		await rename(`${this.#notePath}.new`, this.#notePath);
	}

	async close(): Promise<void> {
		await this.#file?.sync();
		await this.#file?.close();
	}

	async finish(): Promise<void> {
		await rename(`${this.#path}.partial`, this.#path);
		await rm(this.#notePath);
	}

	get #notePath(): string {
		return `${this.#path}.partial.json`;
	}

	/** Undefined when there is none of this very history, or when the file lacks bytes that it promises. */
	async #readNote(): Promise<Checkpoint | undefined> {
		try {
			const note: Checkpoint = JSON.parse(await readFile(this.#notePath, 'utf8'));
			const { size } = await stat(`${this.#path}.partial`);
			return note.id === this.#id && size >= note.bytes ? note : undefined;
		} catch {
			return undefined;
		}
	}
}
