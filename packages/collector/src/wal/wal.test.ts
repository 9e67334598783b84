import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { StartRefusal } from '@footfall/host';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
	diskError,
	type Faults,
	faultyFileSystem,
	remountReadOnly,
	remountWritable,
} from '../testing/disk/faulty-file-system.js';
import { quietLogger } from '../testing/quiet-logger.js';
import type { SealedSegment } from './open-segment.js';
import { SegmentUnreadable } from './segment-files.js';
import { headerBytes, readSegment, type WalRecord } from './segment-format.js';
import { Wal } from './wal.js';
import type { WalOptions } from './wal-options.js';

let directory: string;
let faults: Faults;

beforeEach(() => {
	directory = mkdtempSync(join(tmpdir(), 'footfall-log-'));
	faults = {};
});

afterEach(async () => {
	for (const fault of Object.keys(faults)) delete faults[fault as keyof Faults];
	// A WAL that is not closed may be creating its next segment.
	await Promise.all(opened.splice(0).map((wal) => wal.close()));
	rmSync(directory, { recursive: true, force: true });
});

const opened: Wal[] = [];

async function open(options: Partial<WalOptions> = {}): Promise<Wal> {
	const wal = await Wal.open({
		directory,
		fileSystem: faultyFileSystem(faults),
		commitDelayMs: 0,
		pendingBytesMax: 1_000_000,
		sealBytes: 1_000_000,
		sealEvents: 1_000,
		sealAfterMs: 3_600_000,
		walBytes: 1_000_000,
		failurePauseMs: 0,
		startRetryMsMax: 0,
		logger: quietLogger(),
		onFsync: () => {},
		...options,
	});
	opened.push(wal);
	return wal;
}

const record = (text: string, more: Partial<WalRecord> = {}): WalRecord => ({
	receivedAtMs: Date.UTC(2026, 0, 31, 12),
	events: 1,
	client: Buffer.of(0, 0, 0, 0),
	frame: Buffer.from(text),
	...more,
});

/** Closes the WAL and returns the frames of each segment in the order of delivery. */
async function frames(wal: Wal): Promise<string[][]> {
	await wal.close();
	const segments: SealedSegment[] = [];
	for (let next = await wal.next(); next !== undefined; next = await wal.next()) segments.push(next);
	const contents = await Promise.all(
		segments.map(async (segment) => readSegment(await wal.read(segment), segment.name)),
	);
	return contents.map((content) => content.records.map((each) => String(each.frame)));
}

const files = () => readdirSync(directory).filter((name) => name.endsWith('.log'));
/** The files that hold more than a header: not the segment that is prepared for later records. */
const usedFiles = () => files().filter((name) => statSync(join(directory, name)).size > headerBytes);

/**
 * Waits until a WAL has prepared its next segment. A WAL that takes the place of a killed process would otherwise open
 * before or after that file appears, which depends on the load of the machine.
 */
async function untilNextIsPrepared(): Promise<void> {
	await vi.waitFor(() => expect(files().map(sizeOf)).toContain(headerBytes));
}
const sizeOf = (name: string) => statSync(join(directory, name)).size;

describe('the write-ahead log', () => {
	it('a record is durable only after its fsync', async () => {
		let release = () => {};
		const inFsync = new Promise<void>((begun) => {
			faults.fsync = () => {
				begun();
				return new Promise((resolve) => {
					release = () => resolve(undefined);
				});
			};
		});
		const wal = await open();
		let settled = false;
		const appended = wal.append([record('a')]).finally(() => (settled = true));
		await inFsync;
		await new Promise((resolve) => setTimeout(resolve, 50));
		expect(settled).toBe(false);
		release();
		expect(await appended).toBe('durable');
	});

	it('the names of the directory and of its parents are made durable once, before the first record', async () => {
		const durable: string[] = [];
		faults.fsyncDirectory = (path) => void durable.push(path);
		faults.onFsync = () => durable.push('a record');
		const wal = await open({ sealEvents: 1 });
		for (const text of ['a', 'b']) expect(await wal.append([record(text)])).toBe('durable');
		const above = [dirname(directory)];
		while (above.at(-1) !== '/') above.push(dirname(above.at(-1) as string));
		expect(durable).toEqual([...above, directory, 'a record', directory, 'a record']);
	});

	it('records that arrive together share one fsync (group commit)', async () => {
		let syncs = 0;
		faults.onFsync = () => syncs++;
		const wal = await open();
		const many = Array.from({ length: 500 }, (_, i) => wal.append([record(`${i}`)]));
		expect(new Set(await Promise.all(many))).toEqual(new Set(['durable']));
		expect(syncs).toBe(1);
		expect((await frames(wal)).flat()).toEqual(Array.from({ length: 500 }, (_, i) => `${i}`));
	});

	it('a segment is sealed by size, by number of events and at the end of a month', async () => {
		const append = async (wal: Wal, ...records: WalRecord[]) => {
			for (const each of records) await wal.append([each]);
			return frames(wal);
		};
		expect(await append(await open({ sealBytes: 150 }), record('x'.repeat(60)), record('y'.repeat(60)))).toEqual([
			['x'.repeat(60)],
			['y'.repeat(60)],
		]);
		rmSync(directory, { recursive: true });
		directory = mkdtempSync(join(tmpdir(), 'footfall-log-'));
		const wal = await open({ sealEvents: 10 });
		expect(await append(wal, record('a', { events: 6 }), record('b', { events: 4 }), record('c'))).toEqual([
			['a', 'b'],
			['c'],
		]);
		rmSync(directory, { recursive: true });
		directory = mkdtempSync(join(tmpdir(), 'footfall-log-'));
		const february = record('february', { receivedAtMs: Date.UTC(2026, 1, 1) });
		const january = record('january', { receivedAtMs: Date.UTC(2026, 1, 1) - 1 });
		const months = await open();
		await Promise.all([january, february, january].map((each) => months.append([each])));
		expect(await frames(months)).toEqual([['january'], ['february'], ['january']]);
	});

	it('a segment is sealed by age only while the deliverer is idle', async () => {
		const wal = await open({ sealAfterMs: 20 });
		await wal.append([record('a')]);
		await new Promise((resolve) => setTimeout(resolve, 100));
		await wal.append([record('b')]);
		expect(wal.segments).toBe(0);
		const segment = await wal.next();
		expect(segment?.events).toBe(2);
		await wal.append([record('c')]);
		expect((await wal.next())?.events).toBe(1);
	});

	it('sealDurable seals the acknowledged records while more are appended continuously', async () => {
		const wal = await open({ sealAfterMs: 60_000 });
		await wal.append([record('before')]);
		const enough = new AbortController();
		const append = async () => {
			while (!enough.signal.aborted && (await wal.append([record('more')])) === 'durable');
		};
		const appending = Promise.all([append(), append()]);
		await wal.sealDurable();
		enough.abort();
		// They continue until the WAL is full.
		expect(wal.full).toBe(false);
		const sealed = await wal.next();
		await appending;
		expect(sealed && readSegment(await wal.read(sealed), sealed.name).records.length).toBeGreaterThan(0);
	});

	it('the next process delivers the records of this one', async () => {
		const first = await open();
		await first.append([record('a', { events: 3 }), record('b', { events: 4 })]);
		await untilNextIsPrepared();
		const second = await open();
		expect(second.recovered).toEqual({ events: 7, damaged: 0 });
		expect(second.events).toBe(7);
		const segment = await second.next();
		expect(segment).toMatchObject({ recovered: true, events: 7 });
		if (segment !== undefined) await second.remove(segment);
		expect(files()).toEqual([]);
		expect([second.bytes, second.events, second.segments]).toEqual([0, 0, 0]);
	});

	it('only the damaged part of a file is lost, and it is counted', async () => {
		const first = await open();
		for (const text of ['a', 'b', 'c']) await first.append([record(text)]);
		await untilNextIsPrepared();
		const [file = ''] = usedFiles();
		const path = join(directory, file);
		const bytes = readFileSync(path);
		const flipped = Buffer.from(bytes);
		const middle = 20 + 29 + 28;
		flipped[middle] = (flipped[middle] ?? 0) ^ 1;
		writeFileSync(path, flipped);
		const second = await open();
		expect(second.recovered).toEqual({ events: 2, damaged: 1 });
		expect(await frames(second)).toEqual([['a', 'c']]);
		writeFileSync(path, bytes.subarray(0, bytes.length - 1));
		const third = await open();
		expect(third.recovered).toEqual({ events: 2, damaged: 1 });
		expect(await frames(third)).toEqual([['a', 'b']]);
	});

	it('a file without a complete record is removed', async () => {
		writeFileSync(join(directory, '000001764000000-0123456789abcdef.log'), 'FFLG');
		const wal = await open();
		expect(wal.recovered).toEqual({ events: 0, damaged: 1 });
		expect(files()).toEqual([]);
	});

	it('the WAL does not start with a segment that it cannot read, and ignores other files', async () => {
		writeFileSync(join(directory, 'notes.log'), 'mine');
		await (await open()).close();
		expect(files()).toEqual(['notes.log']);
		await (await open()).append([record('a')]);
		faults.read = () => diskError('EIO');
		await expect(open()).rejects.toThrow(/Cannot read the segment .* of the write-ahead log .*EIO.*move it out/);
	});
});

describe('a disk that fails', () => {
	it('after a failed fsync its records are never acknowledged, and the WAL continues in another file', async () => {
		const wal = await open();
		await wal.append([record('kept')]);
		faults.fsync = () => diskError('EIO');
		expect(await wal.append([record('lost'), record('lost too')])).toBe('failing');
		expect(wal.failing).toBe(true);
		delete faults.fsync;
		expect(await wal.append([record('next')])).toBe('durable');
		expect(wal.failing).toBe(false);
		expect(usedFiles().length).toBe(2);
		expect(await frames(wal)).toEqual([['kept'], ['next']]);
	});

	it('after a failed write the durable records remain readable', async () => {
		const wal = await open();
		await wal.append([record('kept')]);
		let calls = 0;
		faults.write = () => (calls++ === 0 ? 10 : diskError('ENOSPC'));
		expect(await wal.append([record('lost')])).toBe('failing');
		delete faults.write;
		expect(await wal.append([record('next')])).toBe('durable');
		expect(await frames(wal)).toEqual([['kept'], ['next']]);
		expect((await frames(await open())).flat().sort()).toEqual(['kept', 'next']);
	});

	it('a short write is continued', async () => {
		faults.write = () => 7;
		const wal = await open();
		expect(await wal.append([record('a'.repeat(1_000))])).toBe('durable');
		expect(await frames(wal)).toEqual([['a'.repeat(1_000)]]);
	});

	it('a short write is continued, also of the header and of many records', async () => {
		const wal = await open();
		faults.write = () => 1;
		const texts = ['a', '', 'b'.repeat(90)];
		expect(await wal.append(texts.map((text) => record(text)))).toBe('durable');
		expect(await wal.append([record('next')])).toBe('durable');
		// A second log would read the segment for later records while the first still writes its header, byte by byte.
		await wal.close();
		const found = await open();
		expect(found.recovered).toEqual({ events: 4, damaged: 0 });
		expect(await frames(found)).toEqual([[...texts, 'next']]);
	});

	it('a write of no bytes is an error and is not repeated for ever', async () => {
		const wal = await open();
		faults.write = () => 0;
		expect(await wal.append([record('a')])).toBe('failing');
	});

	it('after a failed fsync of a new name nothing is acknowledged in that file', async () => {
		const wal = await open();
		faults.fsyncDirectory = (path) => (path === directory ? diskError('EIO') : undefined);
		expect(await wal.append([record('a')])).toBe('failing');
		expect([files(), wal.bytes, wal.events]).toEqual([[], 0, 0]);
		delete faults.fsyncDirectory;
		expect(await wal.append([record('b')])).toBe('durable');
		expect(await frames(wal)).toEqual([['b']]);
	});

	it('after a failed fsync of the name of the directory nothing is acknowledged', async () => {
		const wal = await open();
		faults.fsyncDirectory = (path) => (path === dirname(directory) ? diskError('EIO') : undefined);
		expect(await wal.append([record('a')])).toBe('failing');
		expect([files(), wal.bytes, wal.events]).toEqual([[], 0, 0]);
		delete faults.fsyncDirectory;
		expect(await wal.append([record('b')])).toBe('durable');
	});

	it('a parent directory that may not be read is skipped', async () => {
		const wal = await open();
		faults.fsyncDirectory = (path) => (path === directory ? undefined : diskError('EACCES'));
		expect(await wal.append([record('a')])).toBe('durable');
	});

	it('a read-only remount causes backpressure, and nothing is lost when the disk is writable again', async () => {
		const wal = await open();
		await wal.append([record('delivered')]);
		await wal.seal();
		await wal.append([record('kept')]);
		const segment = await wal.next();
		if (segment === undefined) throw new Error('no segment');
		remountReadOnly(faults);
		expect(await wal.append([record('lost')])).toBe('failing');
		expect(await wal.append([record('lost too')])).toBe('failing');
		expect(wal.failing).toBe(true);
		expect(readSegment(await wal.read(segment), segment.name).records.length).toBe(1);
		await expect(wal.quarantine(segment, 'for a test')).rejects.toThrow(/EROFS/);
		await wal.remove(segment);
		expect([wal.events, usedFiles().length]).toEqual([1, 2]);
		remountWritable(faults);
		expect(await wal.append([record('next')])).toBe('durable');
		expect(wal.failing).toBe(false);
		expect(await frames(wal)).toEqual([['kept'], ['next']]);
		// The delivered segment could not be removed, so it is handed out again, and the deliverer looks its rows up.
		expect((await frames(await open())).flat()).toEqual(['delivered', 'kept', 'next']);
	});

	it('an unreadable quarantined file prevents the start, with its name in the message', async () => {
		const wal = await open();
		await wal.append([record('a')]);
		await wal.seal();
		const segment = await wal.next();
		if (segment === undefined) throw new Error('no segment');
		const path = await wal.quarantine(segment, 'for a test');
		faults.bytes = () => diskError('EIO');
		const refusal = await open().catch((error: unknown) => error);
		expect(refusal).toBeInstanceOf(StartRefusal);
		expect(String(refusal)).toContain(`Cannot read the segment ${path} of the write-ahead log (EIO`);
	});

	it('a failed creation of a file leaves no file', async () => {
		const wal = await open();
		faults.create = () => diskError('ENOSPC');
		expect(await wal.append([record('a')])).toBe('failing');
		delete faults.create;
		faults.write = () => diskError('ENOSPC');
		expect(await wal.append([record('a')])).toBe('failing');
		expect([files(), wal.bytes, wal.events]).toEqual([[], 0, 0]);
	});

	it('the disk is not used during the pause after a failure', async () => {
		const wal = await open({ failurePauseMs: 60_000 });
		faults.fsync = () => diskError('EIO');
		await wal.append([record('a')]);
		delete faults.fsync;
		expect(wal.backpressure()).toBe('failing');
		expect(await wal.append([record('b')])).toBe('failing');
	});

	it('the pause after a failure ends on time although the system clock is set back', async () => {
		vi.useFakeTimers({ toFake: ['Date'] });
		try {
			const wal = await open({ failurePauseMs: 10 });
			faults.fsync = () => diskError('EIO');
			expect(await wal.append([record('a')])).toBe('failing');
			delete faults.fsync;
			vi.setSystemTime(Date.now() - 86_400_000);
			await new Promise((resolve) => setTimeout(resolve, 20));
			expect(await wal.append([record('b')])).toBe('durable');
		} finally {
			vi.useRealTimers();
		}
	});

	it('a failed listing of the directory prevents the start, with the reason in the message', async () => {
		faults.list = () => diskError('EIO');
		const refusal = await open().catch((error: unknown) => error);
		expect(refusal).toBeInstanceOf(StartRefusal);
		expect(String(refusal)).toMatch(/Cannot list the directory .* of the write-ahead log .*EIO.*check its disk/);
	});

	it('a failed removal of a file without records does not prevent the start', async () => {
		const name = '000001764000000-0123456789abcdef.log';
		writeFileSync(join(directory, name), 'FFLG');
		faults.remove = () => diskError('EIO');
		const wal = await open();
		expect([wal.events, wal.segments, files()]).toEqual([0, 0, [name]]);
		expect(await wal.append([record('a')])).toBe('durable');
		delete faults.remove;
		expect(await frames(await open())).toEqual([['a']]);
		expect(files()).not.toContain(name);
	});

	it('a start waits for a segment that cannot be read for a passing reason', async () => {
		await (await open()).append([record('a')]);
		await untilNextIsPrepared();
		let failures = 3;
		faults.read = () => (failures-- > 0 ? diskError('EMFILE') : undefined);
		faults.list = () => (failures-- > 0 ? diskError('ENOMEM') : undefined);
		const logger = quietLogger();
		const wal = await open({ startRetryMsMax: 60_000, logger });
		expect(await frames(wal)).toEqual([['a']]);
		expect(logger.messages.filter((message) => message.includes('tries again'))).not.toEqual([]);
		expect(files()).toEqual([expect.stringMatching(/\.log$/)]);
	});

	it('a postponed segment is handed out again, and does not keep later ones from being sealed by age', async () => {
		const wal = await open({ sealAfterMs: 1 });
		await wal.append([record('a')]);
		const first = await wal.next();
		if (first === undefined) throw new Error('no segment');
		wal.postpone(first, 3_600_000);
		const next = wal.next();
		await wal.append([record('b')]);
		const second = await next;
		expect(second).toMatchObject({ events: 1 });
		expect(second).not.toBe(first);
		expect(wal.oldestMs).toBeDefined();
		const last = wal.next();
		await wal.close();
		expect(await last).toBe(first);
		expect(await wal.next()).toBe(undefined);
	});

	it('a segment that cannot be read is reported as SegmentUnreadable', async () => {
		const wal = await open();
		await wal.append([record('a')]);
		await wal.seal();
		faults.read = () => diskError('EIO');
		const segment = await wal.next();
		if (segment === undefined) throw new Error('no segment');
		await expect(wal.read(segment)).rejects.toBeInstanceOf(SegmentUnreadable);
	});
});

describe('a system clock that is set back', () => {
	beforeEach(() => {
		vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 1, 1, 0, 0, 1) });
	});

	afterEach(() => {
		vi.useRealTimers();
	});

	const appendNow = (wal: Wal, text: string) => wal.append([record(text, { receivedAtMs: Date.now() })]);

	it('nothing is lost and the order is kept, within a process and across a restart', async () => {
		let wal = await open();
		const texts: string[] = [];
		for (const byMs of [0, -1, -3_600_000, -40 * 86_400_000, 0, 86_400_000]) {
			vi.setSystemTime(Date.now() + byMs);
			const text = `${texts.length}`;
			texts.push(text);
			expect(await appendNow(wal, text)).toBe('durable');
			// A process that was killed, and the next one in the same directory.
			await untilNextIsPrepared();
			if (text === '3') wal = await open();
			else await wal.seal();
		}
		const next = await open();
		expect(next.recovered).toEqual({ events: 6, damaged: 0 });
		expect(await frames(next)).toEqual(texts.map((text) => [text]));
	});

	it('a change to another month starts another segment, which sorts after the others', async () => {
		const wal = await open();
		await appendNow(wal, 'february');
		vi.setSystemTime(Date.UTC(2026, 0, 31, 23, 59, 59));
		await appendNow(wal, 'january again');
		expect(await frames(wal)).toEqual([['february'], ['january again']]);
	});
});

describe('a write-ahead log at its limits', () => {
	it('appends are answered full above the maximum size, until a segment is delivered', async () => {
		const wal = await open({ walBytes: 500 });
		await wal.append([record('x'.repeat(600))]);
		expect(wal.full).toBe(true);
		expect(await wal.append([record('y')])).toBe('full');
		await wal.seal();
		const segment = await wal.next();
		if (segment !== undefined) await wal.remove(segment);
		expect(await wal.append([record('y')])).toBe('durable');
	});

	it('appends are answered busy while too many bytes wait for the disk', async () => {
		const wal = await open({ pendingBytesMax: 100 });
		const first = wal.append([record('x'.repeat(200))]);
		expect(await wal.append([record('y')])).toBe('busy');
		expect(await first).toBe('durable');
		expect(await wal.append([record('y')])).toBe('durable');
	});

	it('quarantined segments are kept and count towards the size', async () => {
		const wal = await open();
		await wal.append([record('x')]);
		await wal.seal();
		const segment = await wal.next();
		if (segment === undefined) throw new Error('no segment');
		const path = await wal.quarantine(segment, 'for a test');
		expect(readFileSync(path).length).toBe(segment.bytes);
		expect([wal.bytes, wal.events]).toEqual([segment.bytes, 0]);
		const next = await open();
		expect([next.bytes, next.events]).toEqual([segment.bytes, 0]);
	});

	it('a closed WAL refuses appends and completes the pending ones', async () => {
		const wal = await open();
		const appended = wal.append([record('a')]);
		const closed = wal.close();
		expect(await wal.append([record('b')])).toBe('stopping');
		expect(await appended).toBe('durable');
		await closed;
		expect(await frames(wal)).toEqual([['a']]);
	});
});
