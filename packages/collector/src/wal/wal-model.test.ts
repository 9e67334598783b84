import { StartRefusal } from '@footfall/host';
import { Draws } from '@footfall/random';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type Crash, VolatileFileSystem } from '../testing/disk/volatile-file-system.js';
import { eventsOf, findable, invariant, keyOf, WalModel } from '../testing/disk/wal-model.js';
import { quietLogger } from '../testing/quiet-logger.js';
import type { Appended } from './commit-group.js';
import type { SealedSegment } from './open-segment.js';
import { SegmentUnreadable } from './segment-files.js';
import { headerBytes, readSegment, recordBytes, type SegmentContent, type WalRecord } from './segment-format.js';
import { reasonSuffix, segmentSuffix } from './segment-name.js';
import { Wal } from './wal.js';
import type { WalOptions } from './wal-options.js';

// Runs random commands on the WAL, on a disk that forgets, fails and loses power, and compares it with a model of what
// it acknowledged. FOOTFALL_MODEL_RUNS is the number of command sequences (default 500). A failure prints the seed and
// the shortest failing sequence; FOOTFALL_MODEL_SEED repeats the same sequences.
const numRuns = Number(process.env.FOOTFALL_MODEL_RUNS ?? 500);
const seed = process.env.FOOTFALL_MODEL_SEED;

/** A time shortly before the end of a month, so that some sequences cross it. */
const startMs = Date.UTC(2026, 0, 31, 23, 59, 59, 900);

/** Time until the next record after files were removed by hand, ms. */
const handMs = 2_000;

/** Time and timers are simulated; only iterations of the event loop are real. */
const iteration = () => new Promise<void>((resolve) => setImmediate(resolve));

beforeAll(() => {
	vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
});

afterAll(() => {
	vi.useRealTimers();
});

interface AppendCommand {
	does: 'append';
	/** Each array is one call of `append`; each record has a number of events and a padding in bytes. */
	calls: [events: number, paddingBytes: number][][];
	waits: boolean;
}

type Command =
	| AppendCommand
	| { does: 'seal'; waits: boolean }
	| { does: 'deliver'; fate: 'remove' | 'quarantine' | 'leave' }
	| { does: 'crash'; afterOperations: number; crash: Crash }
	| { does: 'wait'; waitMs: number }
	| { does: 'set the clock'; byMs: number }
	| { does: 'fail'; faultRate: number }
	| { does: 'remount'; readOnly: boolean }
	| { does: 'remove empty segments' }
	| { does: 'recover' }
	| { does: 'close' };

const records = fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 0, max: 120 })), {
	minLength: 1,
	maxLength: 4,
});
const crash = fc.constantFrom<Crash>('kill', 'power cut');
const command: fc.Arbitrary<Command> = fc.oneof(
	{
		weight: 8,
		arbitrary: fc.record({
			does: fc.constant('append' as const),
			calls: fc.array(records, { minLength: 1, maxLength: 3 }),
			waits: fc.boolean(),
		}),
	},
	{ weight: 2, arbitrary: fc.record({ does: fc.constant('seal' as const), waits: fc.boolean() }) },
	{
		weight: 5,
		arbitrary: fc.record({
			does: fc.constant('deliver' as const),
			fate: fc.constantFrom('remove' as const, 'remove' as const, 'quarantine' as const, 'leave' as const),
		}),
	},
	{
		weight: 4,
		arbitrary: fc.record({
			does: fc.constant('crash' as const),
			afterOperations: fc.integer({ min: -1, max: 12 }),
			crash,
		}),
	},
	{ weight: 1, arbitrary: fc.record({ does: fc.constant('wait' as const), waitMs: fc.constantFrom(1, 60) }) },
	{
		weight: 1,
		arbitrary: fc.record({
			does: fc.constant('set the clock' as const),
			byMs: fc.constantFrom(-1, -1_000, -86_400_000, 40 * 86_400_000, -41 * 86_400_000),
		}),
	},
	{ weight: 2, arbitrary: fc.record({ does: fc.constant('fail' as const), faultRate: fc.constantFrom(0.1, 0.5) }) },
	{ weight: 1, arbitrary: fc.record({ does: fc.constant('remount' as const), readOnly: fc.boolean() }) },
	{ weight: 1, arbitrary: fc.constant({ does: 'remove empty segments' as const }) },
	{ weight: 2, arbitrary: fc.constant({ does: 'recover' as const }) },
	{ weight: 1, arbitrary: fc.constant({ does: 'close' as const }) },
);

const bounds = fc.record({
	sealBytes: fc.constantFrom(150, 400, 100_000),
	sealEvents: fc.constantFrom(4, 1_000),
	pendingBytesMax: fc.constantFrom(200, 100_000),
	walBytes: fc.constantFrom(1_500, 1_000_000, 1_000_000),
	failurePauseMs: fc.constantFrom(0, 20),
});

/** A WAL that is restarted after every crash, and its model. */
class Run {
	readonly #model = new WalModel();
	readonly #disk: VolatileFileSystem;
	readonly #options: Omit<WalOptions, 'fileSystem'>;
	#wal!: Wal;
	/** Number of records acknowledged in this process or found at its start, minus the delivered ones. */
	#events = 0;
	/** Whether the deliverer waits for the next segment. */
	#isWaiting: boolean = false;
	/** The segments that were handed out and are not delivered or quarantined. */
	#segment: SealedSegment | undefined;
	#ended: boolean = false;
	/** Names must sort in the order in which segments are handed out. */
	#lastName = '';
	#closed: boolean = false;
	#bytesRemovedByHand = 0;
	/** Whether operations of this process may have failed. */
	#wasFaulty: boolean = false;
	readonly #failures: unknown[] = [];

	constructor(lot: number, bounds: Partial<WalOptions>) {
		this.#disk = new VolatileFileSystem(new Draws(lot), '/data/log');
		this.#options = {
			directory: '/data/log',
			commitDelayMs: 0,
			startRetryMsMax: 0,
			sealAfterMs: 50,
			pendingBytesMax: 100_000,
			sealBytes: 100_000,
			sealEvents: 1_000,
			walBytes: 1_000_000,
			failurePauseMs: 0,
			...bounds,
			logger: quietLogger(),
			onFsync: () => {},
		};
	}

	async all(commands: readonly Command[]): Promise<void> {
		await this.#start();
		for (const each of commands) {
			await this.#do(each);
			if (this.#disk.crashed) await this.#start();
			this.#holdFailures();
			if (!this.#model.waits) this.#holdCounts();
		}
		await this.#deliverEverything();
	}

	async #do(command: Command): Promise<void> {
		switch (command.does) {
			case 'append':
				await this.#append(command);
				return;
			case 'seal':
				return this.#settle(this.#wal.seal(), command.waits);
			case 'deliver':
				return this.#deliver(command.fate);
			case 'crash':
				if (command.afterOperations < 0) this.#disk.crash(command.crash);
				else this.#disk.crashAfter(command.afterOperations, command.crash);
				return;
			case 'wait':
				vi.advanceTimersByTime(command.waitMs);
				return iteration();
			case 'set the clock':
				vi.setSystemTime(Math.max(0, Date.now() + command.byMs));
				return;
			case 'fail':
				this.#disk.faultRate = command.faultRate;
				this.#wasFaulty = true;
				return;
			case 'remount':
				this.#disk.readOnly = command.readOnly;
				this.#wasFaulty = true;
				return;
			case 'remove empty segments':
				// A file whose first record is being written is not empty.
				if (this.#model.waits) return;
				this.#bytesRemovedByHand += this.#disk.removeEmptySegments();
				vi.advanceTimersByTime(handMs);
				return iteration();
			case 'recover':
				return this.#recover();
			case 'close':
				return this.#close();
		}
	}

	/** Starts processes until one has opened its WAL. */
	async #start(): Promise<void> {
		this.#model.crashed();
		vi.clearAllTimers();
		for (;;) {
			const fileSystem = this.#disk.mount();
			this.#model.checkFiles(this.#disk.files);
			const found = findable(this.#disk.files);
			let refusal: unknown;
			let wal: Wal | undefined;
			await this.#settle(
				Wal.open({ ...this.#options, fileSystem }).then(
					(opened) => {
						wal = opened;
					},
					(error: unknown) => {
						refusal = error;
					},
				),
			);
			if (this.#disk.crashed) continue;
			if (wal !== undefined) {
				this.#wal = wal;
				expect(wal.recovered).toEqual(found);
				break;
			}
			invariant(refusal instanceof StartRefusal, `a start on a failing disk is refused in words: ${String(refusal)}`);
			invariant(this.#disk.faultRate > 0, `a start on a sound disk is not refused: ${refusal.message}`);
			this.#disk.faultRate = 0;
		}
		this.#events = this.#wal.recovered.events;
		this.#isWaiting = false;
		this.#segment = undefined;
		this.#ended = false;
		this.#lastName = '';
		this.#closed = false;
		this.#bytesRemovedByHand = 0;
		this.#wasFaulty = this.#isFaulty;
	}

	async #append({ calls, waits }: Pick<AppendCommand, 'calls' | 'waits'>): Promise<Appended[]> {
		const wal = this.#wal;
		const closed = this.#closed;
		const answers: Appended[] = [];
		const appended = calls.map(async (sizes) => {
			const now = Date.now();
			const given = sizes.map(([events, paddingBytes]) => this.#model.record(now, events, paddingBytes));
			// The records were copied before the call returned, so the sender's memory may change afterwards.
			const lent = given.map(lend);
			const answering = wal.append(lent);
			for (const each of lent) each.frame.fill(0);
			const answer = await answering;
			answers.push(answer);
			this.#model.answered(given, answer);
			if (answer === 'durable') this.#events += eventsOf({ records: given, damaged: 0 });
			invariant(!closed || answer === 'stopping', 'a closed WAL accepts nothing');
		});
		await this.#settle(Promise.all(appended), waits);
		return answers;
	}

	async #deliver(fate: 'remove' | 'quarantine' | 'leave'): Promise<void> {
		this.#takeNext();
		await iteration();
		const segment = this.#segment;
		if (segment === undefined || this.#disk.crashed) return;
		const content = await this.#read(segment);
		if (content === undefined || fate === 'leave') return;
		if (fate === 'remove') {
			this.#model.removed(content);
			await this.#settle(this.#wal.remove(segment));
		} else {
			let failed = false;
			await this.#settle(
				this.#wal.quarantine(segment, 'for a test').catch(() => {
					failed = true;
				}),
			);
			invariant(!failed || this.#isFaulty, 'a segment is quarantined on a sound disk');
			if (failed) return;
		}
		if (this.#disk.crashed) return;
		this.#events -= segment.events;
		this.#segment = undefined;
	}

	#takeNext(): void {
		if (this.#segment !== undefined || this.#ended) return;
		if (this.#isWaiting) return;
		this.#isWaiting = true;
		this.#watch(
			this.#wal.next().then((segment) => {
				this.#isWaiting = false;
				this.#segment = segment;
				this.#ended = segment === undefined;
				if (segment === undefined) return;
				invariant(segment.name > this.#lastName, `${segment.name} comes after ${this.#lastName}`);
				this.#lastName = segment.name;
			}),
		);
	}

	async #read(segment: SealedSegment): Promise<SegmentContent | undefined> {
		let content: SegmentContent | undefined;
		await this.#settle(
			this.#wal.read(segment).then(
				(read) => {
					content = readSegment(read, segment.name);
				},
				(error: unknown) => {
					invariant(error instanceof SegmentUnreadable && this.#isFaulty, `a segment can be read: ${String(error)}`);
				},
			),
		);
		if (content === undefined) return undefined;
		this.#model.checkSegment(segment.name, content, segment.recovered);
		invariant(eventsOf(content) === segment.events, `${segment.name} holds its ${segment.events} events`);
		return content;
	}

	/** Repairs the disk: after the pause, the WAL accepts records again. */
	async #recover(): Promise<void> {
		this.#disk.faultRate = 0;
		this.#disk.readOnly = false;
		await this.#settle(this.#wal.seal());
		vi.advanceTimersByTime(this.#options.failurePauseMs);
		if (this.#disk.crashed || this.#closed || this.#wal.full) return;
		const [answer] = await this.#append({ calls: [[[1, 0]]], waits: true });
		invariant(this.#disk.crashed || answer === 'durable', `a sound disk keeps records, not: ${answer}`);
		invariant(this.#disk.crashed || !this.#wal.failing, 'a WAL that keeps records is not failing');
	}

	async #close(): Promise<void> {
		this.#closed = true;
		await this.#settle(this.#wal.close());
		if (this.#disk.crashed) return;
		invariant(!this.#model.waits, 'a closed WAL has answered every append');
		invariant(this.#isFaulty || this.#wasFaulty || this.#emptyFiles === 0, 'a closed WAL leaves no empty file');
	}

	/** The end of every run: a last power cut, after which everything that was kept is handed out. */
	async #deliverEverything(): Promise<void> {
		this.#disk.crash('power cut');
		this.#disk.faultRate = 0;
		this.#disk.readOnly = false;
		await this.#start();
		await this.#recover();
		await this.#close();
		const there = new Set<string>();
		for (const [file, bytes] of this.#disk.files) {
			if (file.endsWith('.poison')) for (const key of String(bytes).match(/record \d+/g) ?? []) there.add(key);
		}
		for (;;) {
			this.#takeNext();
			await iteration();
			const segment = this.#segment;
			if (segment === undefined) break;
			const content = await this.#read(segment);
			for (const record of content?.records ?? []) there.add(keyOf(record));
			await this.#settle(this.#wal.remove(segment));
			this.#events -= segment.events;
			this.#segment = undefined;
		}
		invariant(this.#ended, 'a closed WAL ends');
		this.#model.checkAll(there);
		await this.#settle(this.#wal.delivered());
		this.#holdCounts();
		expect([this.#wal.events, this.#wal.segments, this.#wal.oldestMs]).toEqual([0, 0, undefined]);
	}

	/** Number of files without records: the segment that is prepared for later records, and what faults left. */
	get #emptyFiles(): number {
		return [...this.#disk.files].filter(([path, content]) => isEmpty(path, content)).length;
	}

	#holdCounts(): void {
		expect(this.#wal.events).toBe(this.#events);
		let bytes = 0;
		let emptyBytes = 0;
		for (const [path, content] of this.#disk.files) {
			if (isEmpty(path, content)) emptyBytes += content.length;
			else if (!path.endsWith(reasonSuffix)) bytes += content.length;
		}
		// The segment that is prepared for later records does not count towards the size.
		if (this.#disk.tidy) expect(this.#wal.bytes).toBe(bytes);
		else expect(this.#wal.bytes).toBeLessThanOrEqual(bytes + emptyBytes + this.#bytesRemovedByHand);
	}

	get #isFaulty(): boolean {
		return this.#disk.faultRate > 0 || this.#disk.readOnly || this.#disk.crashed;
	}

	/** Advances time until a promise settles or the process is dead. */
	async #settle(done: Promise<unknown>, waits = true): Promise<void> {
		let settled = false;
		this.#watch(done.finally(() => (settled = true)));
		for (let iterations = 0; waits && !settled && !this.#disk.crashed; iterations++) {
			invariant(iterations < 1_000, 'every operation ends');
			vi.advanceTimersByTime(1);
			await iteration();
		}
		this.#holdFailures();
	}

	/** Hides faults from the commands. */
	#watch(done: Promise<unknown>): void {
		done.catch((error: unknown) => this.#failures.push(error));
	}

	#holdFailures(): void {
		if (this.#failures.length > 0) throw this.#failures[0];
	}
}

const isEmpty = (path: string, { length }: Buffer) => path.endsWith(segmentSuffix) && length <= headerBytes;

function lend(record: WalRecord): WalRecord {
	const copy = Buffer.alloc(recordBytes(record));
	copy.set(record.frame);
	return { ...record, frame: copy.subarray(0, record.frame.length) };
}

it('the write-ahead log keeps its invariants under random faults of the disk', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.integer(),
			bounds,
			fc.array(command, { maxLength: 40, size: 'max' }),
			async (lot, limits, commands) => {
				vi.setSystemTime(startMs);
				await new Run(lot, limits).all(commands);
			},
		),
		{ numRuns, ...(seed === undefined ? {} : { seed: Number(seed) }) },
	);
});
