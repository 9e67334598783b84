import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { diskError, type Faults, faultyFileSystem } from '../testing/disk/faulty-file-system.js';
import { quietLogger } from '../testing/quiet-logger.js';
import { headerBytes, readSegment } from './segment-format.js';
import { segmentNameOf } from './segment-name.js';
import { Wal } from './wal.js';

let directory: string;
let faults: Faults;
let logger: ReturnType<typeof quietLogger>;

beforeEach(() => {
	directory = mkdtempSync(join(tmpdir(), 'footfall-new-segments-'));
	faults = {};
	logger = quietLogger();
});

afterEach(async () => {
	for (const fault of Object.keys(faults)) delete faults[fault as keyof Faults];
	// A WAL that is not closed may be creating its next segment.
	await Promise.all(opened.splice(0).map((wal) => wal.close()));
	rmSync(directory, { recursive: true, force: true });
});

const opened: Wal[] = [];

/** Opens a WAL whose segments hold one event each. */
async function open(): Promise<Wal> {
	const wal = await Wal.open({
		directory,
		fileSystem: faultyFileSystem(faults),
		commitDelayMs: 0,
		pendingBytesMax: 1_000_000,
		sealBytes: 1_000_000,
		sealEvents: 1,
		sealAfterMs: 3_600_000,
		walBytes: 1_000_000,
		failurePauseMs: 0,
		startRetryMsMax: 0,
		logger,
		onFsync: () => {},
	});
	opened.push(wal);
	return wal;
}

const append = (wal: Wal, text: string) => {
	const receivedAtMs = Date.UTC(2026, 0, 31, 12);
	return wal.append([{ receivedAtMs, events: 1, client: Buffer.of(0, 0, 0, 0), frame: Buffer.from(text) }]);
};

const files = () => readdirSync(directory).sort();
const contentOf = (file: string) => readSegment(readFileSync(join(directory, file)), segmentNameOf(file) ?? '');
const unused = () => files().filter((file) => readFileSync(join(directory, file)).length <= headerBytes);
const texts = () => files().flatMap((file) => contentOf(file).records.map(({ frame }) => String(frame)));

/** Appends a record, and returns when the segment after that of the record is prepared. */
async function appendAndPrepare(wal: Wal, text: string): Promise<void> {
	let prepared = () => {};
	const isPrepared = new Promise<void>((resolve) => {
		prepared = resolve;
	});
	const before = files();
	expect(await append(wal, text)).toBe('durable');
	const isNew = () => unused().some((file) => !before.includes(file));
	faults.fsyncDirectory = () => void (isNew() && prepared());
	await isPrepared;
	delete faults.fsyncDirectory;
}

it('a record does not wait for the creation of its segment: the segment was prepared', async () => {
	const wal = await open();
	await appendAndPrepare(wal, 'a');
	faults.create = () => diskError('ENOSPC');
	faults.fsyncDirectory = () => diskError('ENOSPC');
	expect(await append(wal, 'b')).toBe('durable');
	// No segment is prepared and none can be created.
	expect(await append(wal, 'c')).toBe('failing');
	expect(texts()).toEqual(['a', 'b']);
});

it('a preparation that fails does not fail records, and is logged when it begins and when it ends', async () => {
	const wal = await open();
	let creations = 0;
	faults.create = () => (creations++ % 2 === 1 ? diskError('EMFILE') : undefined);
	for (const text of ['a', 'b', 'c', 'd']) expect(await append(wal, text)).toBe('durable');
	expect(wal.failing).toBe(false);
	delete faults.create;
	for (const text of ['e', 'f']) expect(await append(wal, text)).toBe('durable');
	await wal.close();
	expect(logger.messages).toEqual([
		expect.stringContaining('could not be created in advance'),
		'WAL segments are created in advance again',
	]);
	expect(texts()).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
});

it('after a failed first write into a prepared segment, the WAL continues in another one', async () => {
	const wal = await open();
	await appendAndPrepare(wal, 'a');
	faults.write = () => diskError('EIO');
	expect(await append(wal, 'lost')).toBe('failing');
	delete faults.write;
	expect(await append(wal, 'b')).toBe('durable');
	await wal.close();
	expect(texts()).toEqual(['a', 'b']);
	expect(unused()).toEqual([]);
});

it('a prepared segment does not count towards the size, and a stop removes it', async () => {
	const wal = await open();
	await appendAndPrepare(wal, 'a');
	const [used = '', prepared = '', ...more] = files();
	expect([contentOf(prepared), more]).toEqual([{ records: [], damaged: 0 }, []]);
	expect(wal.bytes).toBe(readFileSync(join(directory, used)).length);
	await wal.close();
	expect(files()).toEqual([used]);
});

it('a start removes the segments that killed processes had prepared, whatever was written of them', async () => {
	const killed = await open();
	await appendAndPrepare(killed, 'a');
	const [used, prepared = ''] = files();
	// A kill between the creation of the file and the end of its header.
	for (const length of [0, 7]) {
		const name = `${prepared.slice(0, 15)}-${String(length).repeat(16)}.log`;
		writeFileSync(join(directory, name), readFileSync(join(directory, prepared)).subarray(0, length));
	}
	const next = await open();
	// The header that was written in part is a damaged range, and the file without a byte is none.
	expect(next.recovered).toEqual({ events: 1, damaged: 1 });
	expect(files()).toEqual([used]);
	expect(await append(next, 'b')).toBe('durable');
	expect(texts()).toEqual(['a', 'b']);
});

it('records after the first in a prepared segment that a kill left are delivered once', async () => {
	const killed = await open();
	await appendAndPrepare(killed, 'a');
	expect(await append(killed, 'b')).toBe('durable');
	const next = await open();
	expect(next.recovered.events).toBe(2);
	await next.close();
	const delivered: string[] = [];
	for (let segment = await next.next(); segment !== undefined; segment = await next.next()) {
		const { records } = readSegment(await next.read(segment), segment.name);
		delivered.push(...records.map(({ frame }) => String(frame)));
	}
	expect(delivered).toEqual(['a', 'b']);
});

it('no record is written into a prepared segment whose file was removed', async () => {
	const wal = await open();
	await appendAndPrepare(wal, 'a');
	for (const file of unused()) rmSync(join(directory, file));
	// A file that was created within the last second is not looked for.
	await new Promise((resolve) => setTimeout(resolve, 1_100));
	expect(await append(wal, 'b')).toBe('durable');
	expect(texts()).toEqual(['a', 'b']);
});

it('the age of the oldest record is counted from its receipt, not from the preparation of its segment', async () => {
	const wal = await open();
	await appendAndPrepare(wal, 'a');
	expect(await append(wal, 'b')).toBe('durable');
	expect(wal.oldestMs).toBe(Date.UTC(2026, 0, 31, 12));
	expect((await open()).oldestMs).toBe(Date.UTC(2026, 0, 31, 12));
});
