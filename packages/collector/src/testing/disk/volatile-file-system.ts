import { basename, dirname } from 'node:path';
import type { Draws } from '@footfall/random';
import type { FileSystem, WalFile } from '../../wal/file-system.js';
import { headerBytes } from '../../wal/segment-format.js';
import { segmentSuffix } from '../../wal/segment-name.js';
import { diskError } from './faulty-file-system.js';
import { VolatileFile } from './volatile-file.js';

/**
 * Kind of a crash. A killed process leaves all writes; a power cut leaves durable writes and any part of the others.
 */
export type Crash = 'kill' | 'power cut';

type NameChange = { created: string; file: VolatileFile } | { removed: string } | { from: string; to: string };
type Names = Map<string, VolatileFile>;

/** An operation: its complete effect, and its partial effects when it fails or when a crash interrupts it. */
interface Operation<T> {
	act: () => T;
	/** @default nothing */
	fail?: () => void;
	/** @default all or nothing */
	crash?: () => void;
	/** Error codes with which it may fail. */
	errors: readonly [string, ...string[]];
	/** Whether a read-only file system refuses it. */
	writes: boolean;
}

/** A promise that a dead process awaits. */
const never = new Promise<never>(() => {});

/**
 * A directory in memory that loses data like a real one: content is durable after an `fsync` of its file, names after
 * `fsyncDirectory`, and the directory itself, which exists when a process starts, after an fsync of its parent.
 * Operations fail, and crashes interrupt any operation, as configured; the exact losses are random.
 */
export class VolatileFileSystem {
	/** Probability of a fault at each operation, 0…1. */
	faultRate = 0;
	/** Whether it is remounted read-only. */
	readOnly: boolean = false;
	/** Whether the process that mounted the file system is dead. */
	crashed: boolean = false;
	/**
	 * Whether every requested removal and truncation since the last mount succeeded, so that no file is longer than its
	 * owner assumes.
	 */
	tidy: boolean = true;
	readonly #random: Draws;
	readonly #directory: string;
	/** Whether the name of the directory itself is durable. */
	#isStored: boolean = false;
	#names: Names = new Map();
	#storedNames: Names = new Map();
	#pendingNames: NameChange[] = [];
	/** Number of mounts, so that a dead process changes nothing any more. */
	#process = 0;
	#crashAfter = Number.POSITIVE_INFINITY;
	#crash: Crash = 'kill';

	constructor(random: Draws, directory: string) {
		this.#random = random;
		this.#directory = directory;
	}

	/** The files as a reader sees them now, by name. */
	get files(): Map<string, Buffer> {
		return new Map([...this.#names].map(([name, file]) => [name, file.cached]));
	}

	/** Removes the segments without records, as a person may do by hand. @returns their size, bytes */
	removeEmptySegments(): number {
		const empty = [...this.#names].filter(
			([name, { cached }]) => name.endsWith(segmentSuffix) && cached.length <= headerBytes,
		);
		for (const [removed] of empty) this.#changeNames({ removed });
		return empty.reduce((sum, [, { cached }]) => sum + cached.length, 0);
	}

	/** Schedules a crash that interrupts an operation, after this number of complete operations. */
	crashAfter(operations: number, crash: Crash): void {
		this.#crashAfter = operations;
		this.#crash = crash;
	}

	/** Ends the process or the machine immediately. */
	crash(crash: Crash): void {
		this.#process++;
		this.#crashAfter = Number.POSITIVE_INFINITY;
		this.crashed = true;
		if (crash === 'kill') return;
		for (const change of this.#pendingNames) if (this.#random.chance(0.5)) applyChange(this.#storedNames, change);
		this.#pendingNames = [];
		if (!this.#isStored && this.#random.chance(0.5)) this.#storedNames = new Map();
		else this.#isStored = true;
		this.#names = new Map(this.#storedNames);
		for (const file of this.#names.values()) file.cutPower(this.#random);
	}

	/** Mounts the file system for a new process. */
	mount(): FileSystem {
		this.crashed = false;
		this.tidy = true;
		const process = ++this.#process;
		const run = <T>(operation: Operation<T>) => this.#run(process, operation);
		const reads = { errors: ['EIO'], writes: false } as const;
		const changesNames = { errors: ['EIO', 'ENOSPC'], writes: true } as const;
		return {
			list: () => run({ ...reads, act: () => [...this.#names.keys()] }),
			read: (path) => run({ ...reads, act: () => Buffer.from(this.#file(path).cached) }),
			bytes: (path) => run({ ...reads, act: () => this.#file(path).cached.length }),
			create: (path) => run({ ...changesNames, act: () => this.#open(this.#create(basename(path)), run) }),
			remove: (path) =>
				run({ ...changesNames, act: () => this.#remove(basename(path)), fail: () => (this.tidy = false) }),
			rename: (from, to) => run({ ...changesNames, act: () => this.#rename(basename(from), basename(to)) }),
			fsyncDirectory: (path) => run({ errors: ['EIO'], writes: true, ...this.#syncOf(path), crash: () => {} }),
		};
	}

	async #run<T>(process: number, { act, fail, crash, errors, writes }: Operation<T>): Promise<T> {
		// Operations are asynchronous, as on a real disk.
		await null;
		if (process !== this.#process) return never;
		if (this.#crashAfter-- <= 0) {
			if (crash !== undefined) crash();
			else if (this.#random.chance(0.5)) act();
			this.crash(this.#crash);
			return never;
		}
		const error = this.readOnly && writes ? 'EROFS' : this.#fault(errors);
		if (error === undefined) return act();
		fail?.();
		throw diskError(error);
	}

	#fault(errors: readonly [string, ...string[]]): string | undefined {
		return this.#random.chance(this.faultRate) ? this.#random.pick(errors) : undefined;
	}

	#open(file: VolatileFile, run: <T>(operation: Operation<T>) => Promise<T>): WalFile {
		const random = this.#random;
		const start = (bytes: Uint8Array) => bytes.subarray(0, random.integer(0, bytes.length));
		return {
			write: (bytes, position) =>
				run({
					errors: ['EIO', 'ENOSPC', 'ENOSPC'],
					writes: true,
					act: () => {
						const taken =
							bytes.length > 1 && random.chance(this.faultRate) ? bytes.subarray(0, 1 + random.integer(0, 9)) : bytes;
						file.write(taken, position);
						return taken.length;
					},
					crash: () => file.write(start(bytes), position),
				}),
			fsync: () => run({ errors: ['EIO'], writes: true, act: () => file.fsync(), fail: () => file.failFsync(random) }),
			truncate: (bytes) =>
				run({
					errors: ['EIO'],
					writes: true,
					act: () => file.truncate(bytes),
					fail: () => (this.tidy = false),
				}),
			close: () => run({ errors: ['EIO'], writes: false, act: () => {} }),
		};
	}

	#file(path: string): VolatileFile {
		const file = this.#names.get(basename(path));
		if (file === undefined) throw diskError('ENOENT');
		return file;
	}

	#create(name: string): VolatileFile {
		if (this.#names.has(name)) throw diskError('EEXIST');
		const file = new VolatileFile();
		this.#changeNames({ created: name, file });
		return file;
	}

	#remove(name: string): void {
		this.#file(name);
		this.#changeNames({ removed: name });
	}

	#rename(from: string, to: string): void {
		this.#file(from);
		this.#changeNames({ from, to });
	}

	#changeNames(change: NameChange): void {
		applyChange(this.#names, change);
		this.#pendingNames.push(change);
	}

	#syncOf(directory: string): Pick<Operation<void>, 'act' | 'fail'> {
		if (directory === this.#directory) return { act: () => this.#syncNames(), fail: () => this.#failFsyncNames() };
		if (directory !== dirname(this.#directory)) return { act: () => {} };
		// Unlike with files, a failed fsync is not treated as done later: the WAL abandons a file after a failed fsync,
		// but cannot abandon the directory.
		return {
			act: () => {
				this.#isStored = true;
			},
		};
	}

	#syncNames(): void {
		for (const change of this.#pendingNames) applyChange(this.#storedNames, change);
		this.#pendingNames = [];
	}

	/**
	 * Like a failed fsync of a file: a part becomes durable, and the rest may be forgotten, so that the next fsync
	 * succeeds.
	 */
	#failFsyncNames(): void {
		for (const change of this.#pendingNames) if (this.#random.chance(0.5)) applyChange(this.#storedNames, change);
		if (this.#random.chance(0.5)) this.#pendingNames = [];
	}
}

function applyChange(names: Names, change: NameChange): void {
	if ('created' in change) {
		names.set(change.created, change.file);
	} else if ('removed' in change) {
		names.delete(change.removed);
	} else {
		const file = names.get(change.from);
		// The old name never became durable, so neither does the new one.
		if (file === undefined) return;
		names.delete(change.from);
		names.set(change.to, file);
	}
}
