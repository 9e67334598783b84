import type { Draws } from '@footfall/random';

/** A change of the cached content that the disk does not have yet. */
type Change = { position: number; bytes: Uint8Array } | { truncatedTo: number };

/** What the disk writes whole or not at all. Smaller than a real one, so that small records tear. */
const sectorBytes = 32;

/** One file as a page cache and a disk see it: written in the cache, on the disk only once it is synced. */
export class VolatileFile {
	/** What a reader gets now. */
	cached: Buffer = Buffer.alloc(0);
	/** What a power cut leaves. */
	#stored: Buffer = Buffer.alloc(0);
	#dirty: Change[] = [];

	write(bytes: Uint8Array, position: number): void {
		this.#change({ position, bytes: Uint8Array.from(bytes) });
	}

	truncate(bytes: number): void {
		this.#change({ truncatedTo: bytes });
	}

	/** All that is dirty reaches the disk. */
	sync(): void {
		for (const change of this.#dirty) this.#stored = applied(this.#stored, change);
		this.#dirty = [];
	}

	/**
	 * A sync fails with a part of it done. The rest may stay dirty, or be taken for clean though the disk has not got it:
	 * then the next sync says that all is well. Of a page taken for clean the cache may keep the new content, or give
	 * the disk's.
	 */
	failSync(random: Draws): void {
		this.#storePart(random);
		const fate = random.pick(['dirty', 'taken for clean', 'dropped'] as const);
		if (fate !== 'dirty') this.#dirty = [];
		if (fate === 'dropped') this.cached = Buffer.from(padded(this.#stored, this.cached.length));
	}

	/** The machine loses power: of what is dirty, some is there and some is not. */
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

/** What lies between the old end and a write behind it reads as zeros. */
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
			// A write of nothing at the end: the file has grown, its new content is zeros.
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
