import { Draws } from '@footfall/random';
import { StartRefusal } from '@footfall/warehouse';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type Crash, VolatileFileSystem } from '../testing/disk/volatile-file-system.js';
import { eventsOf, findable, keyOf, LogModel, promised } from '../testing/disk/wal-model.js';
import { quietLogger } from '../testing/quiet-logger.js';
import type { Appended } from './commit-group.js';
import type { SealedSegment } from './open-segment.js';
import { SegmentUnreadable } from './segment-files.js';
import { type LogRecord, readSegment, recordBytes, type SegmentContent } from './segment-format.js';
import { SegmentLog } from './wal.js';
import type { LogOptions } from './wal-options.js';

// Drives the log through random commands on a disk that forgets, fails and loses power, and holds it against a model of
// what it acknowledged. FOOTFALL_MODEL_RUNS says how many command sequences (500 when it is not set). A failure prints the
// seed and the shortest sequence that fails; FOOTFALL_MODEL_SEED runs the same sequences again.
const numRuns = Number(process.env.FOOTFALL_MODEL_RUNS ?? 500);
const seed = process.env.FOOTFALL_MODEL_SEED;

/** A little before the turn of a month, so that some sequences cross it. */
const startMs = Date.UTC(2026, 0, 31, 23, 59, 59, 900);

/** Time and timers are the test's own; what is left is a turn of the event loop. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

beforeAll(() => {
	vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
});

afterAll(() => {
	vi.useRealTimers();
});

interface AppendCommand {
	does: 'append';
	/** Each array is one call of `append`, each record its events and its padding in bytes. */
	calls: [events: number, paddingBytes: number][][];
	waits: boolean;
}

type Command =
	| AppendCommand
	| { does: 'seal'; waits: boolean }
	| { does: 'deliver'; fate: 'remove' | 'set aside' | 'leave' }
	| { does: 'crash'; afterOperations: number; crash: Crash }
	| { does: 'wait'; waitMs: number }
	| { does: 'set the clock'; byMs: number }
	| { does: 'fail'; faultRate: number }
	| { does: 'remount'; readOnly: boolean }
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
			fate: fc.constantFrom('remove' as const, 'remove' as const, 'set aside' as const, 'leave' as const),
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
	{ weight: 2, arbitrary: fc.constant({ does: 'recover' as const }) },
	{ weight: 1, arbitrary: fc.constant({ does: 'close' as const }) },
);

const bounds = fc.record({
	sealBytes: fc.constantFrom(150, 400, 100_000),
	sealEvents: fc.constantFrom(4, 1_000),
	pendingBytesMax: fc.constantFrom(200, 100_000),
	quotaBytes: fc.constantFrom(1_500, 1_000_000, 1_000_000),
	failurePauseMs: fc.constantFrom(0, 20),
});

/** One log, restarted after every crash, and its model. */
class Run {
	readonly #model = new LogModel();
	readonly #disk: VolatileFileSystem;
	readonly #options: Omit<LogOptions, 'fileSystem'>;
	#log!: SegmentLog;
	/** Acknowledged in this process, and found by it at its start; less what it got rid of. */
	#events = 0;
	/** The deliverer has asked for the next segment. */
	#isWaiting: boolean = false;
	/** Handed out and not dealt with. */
	#segment: SealedSegment | undefined;
	#ended: boolean = false;
	/** Names sort in the order in which they are handed out. */
	#lastName = '';
	#closed: boolean = false;
	readonly #failures: unknown[] = [];

	constructor(lot: number, bounds: Partial<LogOptions>) {
		this.#disk = new VolatileFileSystem(new Draws(lot), '/data/log');
		this.#options = {
			directory: '/data/log',
			commitDelayMs: 0,
			sealAfterMs: 50,
			pendingBytesMax: 100_000,
			sealBytes: 100_000,
			sealEvents: 1_000,
			quotaBytes: 1_000_000,
			failurePauseMs: 0,
			...bounds,
			logger: quietLogger(),
			onSynced: () => {},
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
				return this.#settle(this.#log.seal(), command.waits);
			case 'deliver':
				return this.#deliver(command.fate);
			case 'crash':
				if (command.afterOperations < 0) this.#disk.crash(command.crash);
				else this.#disk.crashAfter(command.afterOperations, command.crash);
				return;
			case 'wait':
				vi.advanceTimersByTime(command.waitMs);
				return turn();
			case 'set the clock':
				vi.setSystemTime(Math.max(0, Date.now() + command.byMs));
				return;
			case 'fail':
				this.#disk.faultRate = command.faultRate;
				return;
			case 'remount':
				this.#disk.readOnly = command.readOnly;
				return;
			case 'recover':
				return this.#recover();
			case 'close':
				return this.#close();
		}
	}

	/** A new process, until one lives long enough to have its log open. */
	async #start(): Promise<void> {
		this.#model.crashed();
		vi.clearAllTimers();
		for (;;) {
			const fileSystem = this.#disk.mount();
			this.#model.holdFiles(this.#disk.files);
			const found = findable(this.#disk.files);
			let refusal: unknown;
			let log: SegmentLog | undefined;
			await this.#settle(
				SegmentLog.open({ ...this.#options, fileSystem }).then(
					(opened) => {
						log = opened;
					},
					(error: unknown) => {
						refusal = error;
					},
				),
			);
			if (this.#disk.crashed) continue;
			if (log !== undefined) {
				this.#log = log;
				expect(log.recovered).toEqual(found);
				break;
			}
			promised(refusal instanceof StartRefusal, `a start on a failing disk is refused in words: ${String(refusal)}`);
			promised(this.#disk.faultRate > 0, `a start on a sound disk is not refused: ${refusal.message}`);
			this.#disk.faultRate = 0;
		}
		this.#events = this.#log.recovered.events;
		this.#isWaiting = false;
		this.#segment = undefined;
		this.#ended = false;
		this.#lastName = '';
		this.#closed = false;
	}

	async #append({ calls, waits }: Pick<AppendCommand, 'calls' | 'waits'>): Promise<Appended[]> {
		const log = this.#log;
		const closed = this.#closed;
		const answers: Appended[] = [];
		const appended = calls.map(async (sizes) => {
			const now = Date.now();
			const given = sizes.map(([events, paddingBytes]) => this.#model.record(now, events, paddingBytes));
			// Copied before the call returns: what becomes of the sender's memory afterwards does not matter.
			const lent = given.map(lend);
			const answering = log.append(lent);
			for (const each of lent) each.frame.fill(0);
			const answer = await answering;
			answers.push(answer);
			this.#model.answered(given, answer);
			if (answer === 'synced') this.#events += eventsOf({ records: given, damaged: 0 });
			promised(!closed || answer === 'stopping', 'a closed log takes nothing');
		});
		await this.#settle(Promise.all(appended), waits);
		return answers;
	}

	async #deliver(fate: 'remove' | 'set aside' | 'leave'): Promise<void> {
		this.#takeNext();
		await turn();
		const segment = this.#segment;
		if (segment === undefined || this.#disk.crashed) return;
		const content = await this.#read(segment);
		if (content === undefined || fate === 'leave') return;
		if (fate === 'remove') {
			this.#model.removed(content);
			await this.#settle(this.#log.remove(segment));
		} else {
			let failed = false;
			await this.#settle(
				this.#log.setAside(segment).catch(() => {
					failed = true;
				}),
			);
			promised(!failed || this.#isFaulty, 'a segment is set aside on a sound disk');
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
			this.#log.next().then((segment) => {
				this.#isWaiting = false;
				this.#segment = segment;
				this.#ended = segment === undefined;
				if (segment === undefined) return;
				promised(segment.name > this.#lastName, `${segment.name} comes after ${this.#lastName}`);
				this.#lastName = segment.name;
			}),
		);
	}

	async #read(segment: SealedSegment): Promise<SegmentContent | undefined> {
		let content: SegmentContent | undefined;
		await this.#settle(
			this.#log.read(segment).then(
				(read) => {
					content = readSegment(read, segment.name);
				},
				(error: unknown) => {
					promised(error instanceof SegmentUnreadable && this.#isFaulty, `a segment can be read: ${String(error)}`);
				},
			),
		);
		if (content === undefined) return undefined;
		this.#model.holdSegment(segment.name, content, segment.recovered);
		promised(eventsOf(content) === segment.events, `${segment.name} holds its ${segment.events} events`);
		return content;
	}

	/** The disk is sound again: after the pause the log takes records, whatever was before. */
	async #recover(): Promise<void> {
		this.#disk.faultRate = 0;
		this.#disk.readOnly = false;
		await this.#settle(this.#log.seal());
		vi.advanceTimersByTime(this.#options.failurePauseMs);
		if (this.#disk.crashed || this.#closed || this.#log.full) return;
		const [answer] = await this.#append({ calls: [[[1, 0]]], waits: true });
		promised(this.#disk.crashed || answer === 'synced', `a sound disk keeps records, not: ${answer}`);
		promised(this.#disk.crashed || !this.#log.failing, 'a log that keeps records does not call itself failing');
	}

	async #close(): Promise<void> {
		this.#closed = true;
		await this.#settle(this.#log.close());
		if (!this.#disk.crashed) promised(!this.#model.waits, 'a closed log has answered everyone');
	}

	/** The end of every run: one last power cut, then everything that was kept is handed out. */
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
			await turn();
			const segment = this.#segment;
			if (segment === undefined) break;
			const content = await this.#read(segment);
			for (const record of content?.records ?? []) there.add(keyOf(record));
			await this.#settle(this.#log.remove(segment));
			this.#events -= segment.events;
			this.#segment = undefined;
		}
		promised(this.#ended, 'a closed log comes to its end');
		this.#model.holdAll(there);
		await this.#settle(this.#log.delivered());
		this.#holdCounts();
		expect([this.#log.events, this.#log.segments, this.#log.oldestMs]).toEqual([0, 0, undefined]);
	}

	#holdCounts(): void {
		expect(this.#log.events).toBe(this.#events);
		let bytes = 0;
		for (const content of this.#disk.files.values()) bytes += content.length;
		if (this.#disk.tidy) expect(this.#log.bytes).toBe(bytes);
		else expect(this.#log.bytes).toBeLessThanOrEqual(bytes);
	}

	get #isFaulty(): boolean {
		return this.#disk.faultRate > 0 || this.#disk.readOnly || this.#disk.crashed;
	}

	/** Lets time pass until something is done, or the process is dead. */
	async #settle(done: Promise<unknown>, waits = true): Promise<void> {
		let settled = false;
		this.#watch(done.finally(() => (settled = true)));
		for (let turns = 0; waits && !settled && !this.#disk.crashed; turns++) {
			promised(turns < 1_000, 'everything comes to an end');
			vi.advanceTimersByTime(1);
			await turn();
		}
		this.#holdFailures();
	}

	/** Keeps what goes wrong out of sight of the commands. */
	#watch(done: Promise<unknown>): void {
		done.catch((error: unknown) => this.#failures.push(error));
	}

	#holdFailures(): void {
		if (this.#failures.length > 0) throw this.#failures[0];
	}
}

function lend(record: LogRecord): LogRecord {
	const copy = Buffer.alloc(recordBytes(record));
	copy.set(record.frame);
	return { ...record, frame: copy.subarray(0, record.frame.length) };
}

it('the log keeps its promises whatever the disk does', async () => {
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
