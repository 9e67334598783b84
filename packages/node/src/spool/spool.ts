import { randomUUID } from 'node:crypto';
import {
	appendFileSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { hasEnded, thisProcess } from './owner.js';
import { Segment } from './segment.js';

/** Size from which a file gets no more events, bytes: what is read at once after a crash. */
const segmentBytesMax = 1_048_576;
/** Maximum size of the file of refused events, bytes. */
const refusedBytesMax = 67_108_864;

const ownerName = 'owner.json';
const folderName = /^[0-9a-f-]{36}$/;
const segmentName = /^\d+\.ndjson$/;

/** A file of an earlier process, with its events. */
export interface LeftSegment {
	segment: Segment;
	events: string[];
}

/**
 * Events on disk that the collector has not acknowledged: a folder for each process, below the directory that all of
 * them share. A process takes over the files of those that have ended.
 */
export class Spool {
	readonly #directory: string;
	readonly #folder: string;
	readonly #left: string[] = [];
	#segments = 0;
	#active: Segment;

	/** @throws the system's error if the directory cannot be written */
	constructor(directory: string) {
		this.#directory = resolve(directory);
		const name = randomUUID();
		this.#folder = join(this.#directory, name);
		// Other processes ignore the folder until its owner is known.
		const draft = join(this.#directory, `.${name}`);
		mkdirSync(draft, { recursive: true, mode: 0o700 });
		writeFileSync(join(draft, ownerName), JSON.stringify(thisProcess()));
		renameSync(draft, this.#folder);
		this.#active = new Segment(this.#nextPath());
		this.takeOver();
	}

	/** Appends an event, and returns the file that holds it. @throws the system's error */
	append(text: string): Segment {
		if (this.#active.bytes >= segmentBytesMax) {
			this.#active.end();
			this.#active = new Segment(this.#nextPath());
		}
		this.#active.append(text);
		return this.#active;
	}

	/** Takes over the files of processes that have ended, and shows processes on other machines that this one lives. */
	takeOver(): void {
		const now = new Date();
		utimesSync(join(this.#folder, ownerName), now, now);
		for (const name of filesOf(this.#directory).filter((name) => folderName.test(name))) {
			const folder = join(this.#directory, name);
			if (folder !== this.#folder && hasEnded(join(folder, ownerName))) this.#takeFolder(folder);
		}
	}

	/** Reads the next file of an earlier process; undefined if there is none. */
	readLeft(): LeftSegment | undefined {
		for (;;) {
			const path = this.#left.shift();
			if (path === undefined) return undefined;
			// The last line is incomplete if the process ended while it wrote it. Its call has not returned.
			const events = readFileSync(path, 'utf8').split('\n').slice(0, -1).filter(isJson);
			const segment = new Segment(path, events.length);
			if (events.length > 0) return { segment, events };
			segment.end();
		}
	}

	/** Keeps an event that the collector has refused for good, so that a person can correct and send it. */
	keepRefused(text: string): void {
		const file = join(this.#directory, 'refused.ndjson');
		if (sizeOf(file) + text.length <= refusedBytesMax) appendFileSync(file, `${text}\n`, { mode: 0o600 });
	}

	/** Leaves the events that wait to the next process. */
	close(): void {
		this.#active.end();
		rmSync(join(this.#folder, ownerName), { force: true });
		removeIfEmpty(this.#folder);
	}

	#nextPath(): string {
		return join(this.#folder, `${String(++this.#segments).padStart(8, '0')}.ndjson`);
	}

	#takeFolder(folder: string): void {
		// The names have leading zeros, so their order is that of the calls.
		for (const name of filesOf(folder)
			.filter((name) => segmentName.test(name))
			.toSorted((a, b) => (a < b ? -1 : 1))) {
			const path = this.#nextPath();
			// Another process may take the same file at the same time: only one of them can rename it.
			if (didRename(join(folder, name), path)) this.#left.push(path);
		}
		rmSync(join(folder, ownerName), { force: true });
		removeIfEmpty(folder);
	}
}

function filesOf(folder: string): string[] {
	try {
		return readdirSync(folder);
	} catch {
		return [];
	}
}

function didRename(from: string, to: string): boolean {
	try {
		renameSync(from, to);
		return true;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
		throw error;
	}
}

function removeIfEmpty(folder: string): void {
	// Another process may have removed it, or it has files that are not of this package.
	if (filesOf(folder).length === 0) rmSync(folder, { recursive: true, force: true });
}

function sizeOf(file: string): number {
	return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function isJson(text: string): boolean {
	try {
		JSON.parse(text);
		return true;
	} catch {
		return false;
	}
}
