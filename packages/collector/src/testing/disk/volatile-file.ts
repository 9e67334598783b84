import type { Draws } from '@footfall/random';

/** A change of the cached content that is not durable yet. */
type Change = { position: number; bytes: Uint8Array } | { truncatedTo: number };

/**
 * Size of the blocks that the disk writes atomically. It is smaller than that of a real disk, so that small records
 * tear.
 */
const sectorBytes = 32;

/** A file with a page cache and a disk: writes go to the cache, and become durable with an fsync. */
export class VolatileFile {
	/** The content that a reader gets now. */
	cached: Buffer = Buffer.alloc(0);
	/** The content that remains after a power cut. */
	#stored: Buffer = Buffer.alloc(0);
	#dirty: Change[] = [];

	write(bytes: Uint8Array, position: number): void {
		this.#change({ position, bytes: Uint8Array.from(bytes) });
	}

	truncate(bytes: number): void {
		this.#change({ truncatedTo: bytes });
	}

	/** Makes all dirty content durable. */
	fsync(): void {
		for (const change of this.#dirty) this.#stored = applied(this.#stored, change);
		this.#dirty = [];
	}

	/**
	 * An fsync fails after a part of it is done. The rest may stay dirty, or be marked clean although it is not
	 * durable: then the next fsync succeeds. For a page that is marked clean, the cache may keep the new content or
	 * return that of the disk.
	 */
	failFsync(random: Draws): void {
		this.#storePart(random);
		const fate = random.pick(['dirty', 'taken for clean', 'dropped'] as const);
		if (fate !== 'dirty') this.#dirty = [];
		if (fate === 'dropped') this.cached = Buffer.from(padded(this.#stored, this.cached.length));
	}

	/** A power cut: some of the dirty content is kept and some is lost. */
	cutPower(random: Draws): void {
		this.#storePart(random);
		this.#dirty = [];
		this.cached = this.#stored;
	}

	#change(change: Change): void {
		this.#dirty.push(change);
		this.cached = applied(this.cached, change);
	}

	#storePart(random: Draws): void {
		for (const change of this.#dirty) {
			for (const part of partsStored(change, random)) this.#stored = applied(this.#stored, part);
		}
	}
}

function applied(content: Buffer, change: Change): Buffer {
	if ('truncatedTo' in change) return padded(content, change.truncatedTo).subarray(0, change.truncatedTo);
	const changed = Buffer.from(padded(content, change.position + change.bytes.length));
	changed.set(change.bytes, change.position);
	return changed;
}

/** Bytes between the old end and a write beyond it read as zeros. */
function padded(content: Buffer, bytes: number): Buffer {
	return content.length >= bytes ? content : Buffer.concat([content, Buffer.alloc(bytes - content.length)]);
}

function partsStored(change: Change, random: Draws): Change[] {
	if ('truncatedTo' in change) return random.chance(0.5) ? [change] : [];
	const { position, bytes } = change;
	switch (random.pick(['nothing', 'everything', 'the start', 'some sectors', 'the length'] as const)) {
		case 'nothing':
			return [];
		case 'everything':
			return [change];
		case 'the start':
			return [{ position, bytes: bytes.subarray(0, random.integer(0, bytes.length)) }];
		case 'some sectors':
			return sectors(position, bytes).filter(() => random.chance(0.5));
		case 'the length':
			// A write of no bytes at the end: the file has grown, and its new content is zeros.
			return [{ position: position + bytes.length, bytes: new Uint8Array(0) }];
	}
}

function sectors(position: number, bytes: Uint8Array): { position: number; bytes: Uint8Array }[] {
	const parts = [];
	for (let start = 0; start < bytes.length; ) {
		const end = start + sectorBytes - ((position + start) % sectorBytes);
		parts.push({ position: position + start, bytes: bytes.subarray(start, end) });
		start = end;
	}
	return parts;
}
