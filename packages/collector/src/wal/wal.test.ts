import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { StartRefusal } from '@footfall/warehouse';
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
import { type LogRecord, readSegment } from './segment-format.js';
import { SegmentLog } from './wal.js';
import type { LogOptions } from './wal-options.js';

let directory: string;
let faults: Faults;

beforeEach(() => {
	directory = mkdtempSync(join(tmpdir(), 'footfall-log-'));
	faults = {};
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

const open = (options: Partial<LogOptions> = {}) =>
	SegmentLog.open({
		directory,
		fileSystem: faultyFileSystem(faults),
		commitDelayMs: 0,
		pendingBytesMax: 1_000_000,
		sealBytes: 1_000_000,
		sealEvents: 1_000,
		sealAfterMs: 3_600_000,
		quotaBytes: 1_000_000,
		failurePauseMs: 0,
		logger: quietLogger(),
		onSynced: () => {},
		...options,
	});

const record = (text: string, more: Partial<LogRecord> = {}): LogRecord => ({
	receivedAtMs: Date.UTC(2026, 0, 31, 12),
	events: 1,
	client: Buffer.of(0, 0, 0, 0),
	frame: Buffer.from(text),
	...more,
});

/** Closes the log and gives the frames of each segment in order of delivery. */
async function frames(log: SegmentLog): Promise<string[][]> {
	await log.close();
	const segments: SealedSegment[] = [];
	for (let next = await log.next(); next !== undefined; next = await log.next()) segments.push(next);
	const contents = await Promise.all(
		segments.map(async (segment) => readSegment(await log.read(segment), segment.name)),
	);
	return contents.map((content) => content.records.map((each) => String(each.frame)));
}

const files = () => readdirSync(directory).filter((name) => name.endsWith('.log'));

describe('the log', () => {
	it('says synced only when the disk has said so', async () => {
		let release = () => {};
		const syncing = new Promise<void>((begun) => {
			faults.sync = () => {
				begun();
				return new Promise((resolve) => {
					release = () => resolve(undefined);
				});
			};
		});
		const log = await open();
		let settled = false;
		const appended = log.append([record('a')]).finally(() => (settled = true));
		await syncing;
		await new Promise((resolve) => setTimeout(resolve, 50));
		expect(settled).toBe(false);
		release();
		expect(await appended).toBe('synced');
	});

	it('syncs its directory into every directory above, once, before the first record is kept', async () => {
		const synced: string[] = [];
		faults.syncDirectory = (path) => void synced.push(path);
		faults.onSync = () => synced.push('a record');
		const log = await open({ sealEvents: 1 });
		for (const text of ['a', 'b']) expect(await log.append([record(text)])).toBe('synced');
		const above = [dirname(directory)];
		while (above.at(-1) !== '/') above.push(dirname(above.at(-1) as string));
		expect(synced).toEqual([...above, directory, 'a record', directory, 'a record']);
	});

	it('syncs records together that come together', async () => {
		let syncs = 0;
		faults.onSync = () => syncs++;
		const log = await open();
		const many = Array.from({ length: 500 }, (_, i) => log.append([record(`${i}`)]));
		expect(new Set(await Promise.all(many))).toEqual(new Set(['synced']));
		expect(syncs).toBe(1);
		expect((await frames(log)).flat()).toEqual(Array.from({ length: 500 }, (_, i) => `${i}`));
	});

	it('seals by bytes, by events and at the turn of a month', async () => {
		const append = async (log: SegmentLog, ...records: LogRecord[]) => {
			for (const each of records) await log.append([each]);
			return frames(log);
		};
		expect(await append(await open({ sealBytes: 150 }), record('x'.repeat(60)), record('y'.repeat(60)))).toEqual([
			['x'.repeat(60)],
			['y'.repeat(60)],
		]);
		rmSync(directory, { recursive: true });
		directory = mkdtempSync(join(tmpdir(), 'footfall-log-'));
		const log = await open({ sealEvents: 10 });
		expect(await append(log, record('a', { events: 6 }), record('b', { events: 4 }), record('c'))).toEqual([
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

	it('seals by age when the one who delivers has nothing else to do, and not before', async () => {
		const log = await open({ sealAfterMs: 20 });
		await log.append([record('a')]);
		await new Promise((resolve) => setTimeout(resolve, 100));
		await log.append([record('b')]);
		expect(log.segments).toBe(0);
		const segment = await log.next();
		expect(segment?.events).toBe(2);
		await log.append([record('c')]);
		expect((await log.next())?.events).toBe(1);
	});

	it('seals what is acknowledged while more comes without a pause', async () => {
		const log = await open({ sealAfterMs: 60_000 });
		await log.append([record('before')]);
		const enough = new AbortController();
		const append = async () => {
			while (!enough.signal.aborted && (await log.append([record('more')])) === 'synced');
		};
		const appending = Promise.all([append(), append()]);
		await log.sealSynced();
		enough.abort();
		// They go on until the log is full.
		expect(log.full).toBe(false);
		const sealed = await log.next();
		await appending;
		expect(sealed && readSegment(await log.read(sealed), sealed.name).records.length).toBeGreaterThan(0);
	});

	it('delivers to the next process what this one kept', async () => {
		const first = await open();
		await first.append([record('a', { events: 3 }), record('b', { events: 4 })]);
		const second = await open();
		expect(second.recovered).toEqual({ events: 7, damaged: 0 });
		expect(second.events).toBe(7);
		const segment = await second.next();
		expect(segment).toMatchObject({ recovered: true, events: 7 });
		if (segment !== undefined) await second.remove(segment);
		expect(files()).toEqual([]);
		expect([second.bytes, second.events, second.segments]).toEqual([0, 0, 0]);
	});

	it('loses of a damaged file only what is damaged, and counts it', async () => {
		const first = await open();
		for (const text of ['a', 'b', 'c']) await first.append([record(text)]);
		const [file = ''] = files();
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

	it('removes a file in which no record ever became whole', async () => {
		writeFileSync(join(directory, '000001764000000-0123456789abcdef.log'), 'FFLG');
		const log = await open();
		expect(log.recovered).toEqual({ events: 0, damaged: 1 });
		expect(files()).toEqual([]);
	});

	it('does not start over a segment that it cannot read, and leaves strangers alone', async () => {
		writeFileSync(join(directory, 'notes.log'), 'mine');
		await (await open()).close();
		expect(files()).toEqual(['notes.log']);
		await (await open()).append([record('a')]);
		faults.read = () => diskError('EIO');
		await expect(open()).rejects.toThrow(/Cannot read the log segment .*EIO.*move it out/);
	});
});

describe('a disk that fails', () => {
	it('at a sync leaves no record acknowledged, then or later, and the log goes on in another file', async () => {
		const log = await open();
		await log.append([record('kept')]);
		faults.sync = () => diskError('EIO');
		expect(await log.append([record('lost'), record('lost too')])).toBe('failing');
		expect(log.failing).toBe(true);
		delete faults.sync;
		expect(await log.append([record('next')])).toBe('synced');
		expect(log.failing).toBe(false);
		expect(files().length).toBe(2);
		expect(await frames(log)).toEqual([['kept'], ['next']]);
	});

	it('in the middle of a write leaves what was synced before readable', async () => {
		const log = await open();
		await log.append([record('kept')]);
		let calls = 0;
		faults.write = () => (calls++ === 0 ? 10 : diskError('ENOSPC'));
		expect(await log.append([record('lost')])).toBe('failing');
		delete faults.write;
		expect(await log.append([record('next')])).toBe('synced');
		expect(await frames(log)).toEqual([['kept'], ['next']]);
		expect((await frames(await open())).flat().sort()).toEqual(['kept', 'next']);
	});

	it('that writes less than asked for is asked again', async () => {
		faults.write = () => 7;
		const log = await open();
		expect(await log.append([record('a'.repeat(1_000))])).toBe('synced');
		expect(await frames(log)).toEqual([['a'.repeat(1_000)]]);
	});

	it('that writes less than asked for is asked again for the header too, and for each of many records', async () => {
		const log = await open();
		faults.write = () => 1;
		const texts = ['a', '', 'b'.repeat(90)];
		expect(await log.append(texts.map((text) => record(text)))).toBe('synced');
		expect(await log.append([record('next')])).toBe('synced');
		const found = await open();
		expect(found.recovered).toEqual({ events: 4, damaged: 0 });
		expect(await frames(found)).toEqual([[...texts, 'next']]);
	});

	it('that takes nothing of a write fails, rather than being asked for ever', async () => {
		const log = await open();
		faults.write = () => 0;
		expect(await log.append([record('a')])).toBe('failing');
	});

	it('at the sync of a new name leaves nothing acknowledged in that file', async () => {
		const log = await open();
		faults.syncDirectory = (path) => (path === directory ? diskError('EIO') : undefined);
		expect(await log.append([record('a')])).toBe('failing');
		expect([files(), log.bytes, log.events]).toEqual([[], 0, 0]);
		delete faults.syncDirectory;
		expect(await log.append([record('b')])).toBe('synced');
		expect(await frames(log)).toEqual([['b']]);
	});

	it("at the sync of the log directory's own name leaves nothing acknowledged", async () => {
		const log = await open();
		faults.syncDirectory = (path) => (path === dirname(directory) ? diskError('EIO') : undefined);
		expect(await log.append([record('a')])).toBe('failing');
		expect([files(), log.bytes, log.events]).toEqual([[], 0, 0]);
		delete faults.syncDirectory;
		expect(await log.append([record('b')])).toBe('synced');
	});

	it('at a directory above that is not ours to read changes nothing', async () => {
		const log = await open();
		faults.syncDirectory = (path) => (path === directory ? undefined : diskError('EACCES'));
		expect(await log.append([record('a')])).toBe('synced');
	});

	it('and is remounted read-only defers everyone, and loses nothing once it is writable again', async () => {
		const log = await open();
		await log.append([record('delivered')]);
		await log.seal();
		await log.append([record('kept')]);
		const segment = await log.next();
		if (segment === undefined) throw new Error('no segment');
		remountReadOnly(faults);
		expect(await log.append([record('lost')])).toBe('failing');
		expect(await log.append([record('lost too')])).toBe('failing');
		expect(log.failing).toBe(true);
		expect(readSegment(await log.read(segment), segment.name).records.length).toBe(1);
		await expect(log.setAside(segment)).rejects.toThrow(/EROFS/);
		await log.remove(segment);
		expect([log.events, files().length]).toEqual([1, 2]);
		remountWritable(faults);
		expect(await log.append([record('next')])).toBe('synced');
		expect(log.failing).toBe(false);
		expect(await frames(log)).toEqual([['kept'], ['next']]);
		// The delivered one could not be removed: it comes again, and whoever delivers looks whether it is stored.
		expect((await frames(await open())).flat()).toEqual(['delivered', 'kept', 'next']);
	});

	it('at a look at a file that was set aside is a refusal to start that names it', async () => {
		const log = await open();
		await log.append([record('a')]);
		await log.seal();
		const segment = await log.next();
		if (segment === undefined) throw new Error('no segment');
		const path = await log.setAside(segment);
		faults.bytes = () => diskError('EIO');
		const refusal = await open().catch((error: unknown) => error);
		expect(refusal).toBeInstanceOf(StartRefusal);
		expect(String(refusal)).toContain(`Cannot read the log segment ${path} (EIO`);
	});

	it('at the creation of a file leaves nothing behind', async () => {
		const log = await open();
		faults.create = () => diskError('ENOSPC');
		expect(await log.append([record('a')])).toBe('failing');
		delete faults.create;
		faults.write = () => diskError('ENOSPC');
		expect(await log.append([record('a')])).toBe('failing');
		expect([files(), log.bytes, log.events]).toEqual([[], 0, 0]);
	});

	it('is left alone for a while', async () => {
		const log = await open({ failurePauseMs: 60_000 });
		faults.sync = () => diskError('EIO');
		await log.append([record('a')]);
		delete faults.sync;
		expect(log.deferral()).toBe('failing');
		expect(await log.append([record('b')])).toBe('failing');
	});

	it('is tried again in time though the clock was set back meanwhile', async () => {
		vi.useFakeTimers({ toFake: ['Date'] });
		try {
			const log = await open({ failurePauseMs: 10 });
			faults.sync = () => diskError('EIO');
			expect(await log.append([record('a')])).toBe('failing');
			delete faults.sync;
			vi.setSystemTime(Date.now() - 86_400_000);
			await new Promise((resolve) => setTimeout(resolve, 20));
			expect(await log.append([record('b')])).toBe('synced');
		} finally {
			vi.useRealTimers();
		}
	});

	it('at the listing of the directory is a refusal to start that says so', async () => {
		faults.list = () => diskError('EIO');
		const refusal = await open().catch((error: unknown) => error);
		expect(refusal).toBeInstanceOf(StartRefusal);
		expect(String(refusal)).toMatch(/Cannot list the log directory .*EIO.*see to its disk/);
	});

	it('at the removal of a file without records does not keep the log from starting', async () => {
		const name = '000001764000000-0123456789abcdef.log';
		writeFileSync(join(directory, name), 'FFLG');
		faults.remove = () => diskError('EIO');
		const log = await open();
		expect([log.events, log.segments, files()]).toEqual([0, 0, [name]]);
		expect(await log.append([record('a')])).toBe('synced');
		delete faults.remove;
		expect(await frames(await open())).toEqual([['a']]);
		expect(files()).not.toContain(name);
	});

	it('that does not give a segment back says so', async () => {
		const log = await open();
		await log.append([record('a')]);
		await log.seal();
		faults.read = () => diskError('EIO');
		const segment = await log.next();
		if (segment === undefined) throw new Error('no segment');
		await expect(log.read(segment)).rejects.toBeInstanceOf(SegmentUnreadable);
	});
});

describe('a clock that steps back', () => {
	beforeEach(() => {
		vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 1, 1, 0, 0, 1) });
	});

	afterEach(() => {
		vi.useRealTimers();
	});

	const appendNow = (log: SegmentLog, text: string) => log.append([record(text, { receivedAtMs: Date.now() })]);

	it('loses nothing and keeps the order, within a process and over a restart', async () => {
		let log = await open();
		const texts: string[] = [];
		for (const byMs of [0, -1, -3_600_000, -40 * 86_400_000, 0, 86_400_000]) {
			vi.setSystemTime(Date.now() + byMs);
			const text = `${texts.length}`;
			texts.push(text);
			expect(await appendNow(log, text)).toBe('synced');
			// A process that was killed, and the next one on what it left.
			if (text === '3') log = await open();
			else await log.seal();
		}
		const next = await open();
		expect(next.recovered).toEqual({ events: 6, damaged: 0 });
		expect(await frames(next)).toEqual(texts.map((text) => [text]));
	});

	it('to another month starts another segment, which still comes after', async () => {
		const log = await open();
		await appendNow(log, 'february');
		vi.setSystemTime(Date.UTC(2026, 0, 31, 23, 59, 59));
		await appendNow(log, 'january again');
		expect(await frames(log)).toEqual([['february'], ['january again']]);
	});
});

describe('a log at its bounds', () => {
	it('defers above its quota until something is delivered', async () => {
		const log = await open({ quotaBytes: 500 });
		await log.append([record('x'.repeat(600))]);
		expect(log.full).toBe(true);
		expect(await log.append([record('y')])).toBe('full');
		await log.seal();
		const segment = await log.next();
		if (segment !== undefined) await log.remove(segment);
		expect(await log.append([record('y')])).toBe('synced');
	});

	it('defers while too much waits for the disk', async () => {
		const log = await open({ pendingBytesMax: 100 });
		const first = log.append([record('x'.repeat(200))]);
		expect(await log.append([record('y')])).toBe('busy');
		expect(await first).toBe('synced');
		expect(await log.append([record('y')])).toBe('synced');
	});

	it('counts what was set aside, and keeps it', async () => {
		const log = await open();
		await log.append([record('x')]);
		await log.seal();
		const segment = await log.next();
		if (segment === undefined) throw new Error('no segment');
		const path = await log.setAside(segment);
		expect(readFileSync(path).length).toBe(segment.bytes);
		expect([log.bytes, log.events]).toEqual([segment.bytes, 0]);
		const next = await open();
		expect([next.bytes, next.events]).toEqual([segment.bytes, 0]);
	});

	it('takes nothing once it is closed, but finishes what it has', async () => {
		const log = await open();
		const appended = log.append([record('a')]);
		const closed = log.close();
		expect(await log.append([record('b')])).toBe('stopping');
		expect(await appended).toBe('synced');
		await closed;
		expect(await frames(log)).toEqual([['a']]);
	});
});
