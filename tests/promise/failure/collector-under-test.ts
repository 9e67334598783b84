import { type CollectorProcess, startCollectorProcess, walFiles } from '@footfall/collector/testing';

/**
 * Short intervals, so that many inserts and failures fit into a short test. The maximum time of an insert is long
 * enough for a ClickHouse that runs at a low priority beside other tests: a shorter one would end every attempt.
 */
const options = {
	sealAfterMs: 150,
	insertIntervalMs: 0,
	failurePauseMs: 100,
	deliveryBackoffFirstMs: 20,
	deliveryBackoffMaxMs: 500,
	insertMsMax: 8_000,
};

/** Write key of the site of these collectors. */
export const writeKey = 'the-write-key-of-the-tests';

/** Counters of a collector that stay 0 while the promise holds. */
export interface LossCounters {
	/** Events that are quarantined because ClickHouse refused them, or because they could not be delivered. */
	quarantined: number;
	/** Acknowledged events that could not be read from the WAL. */
	damagedEvents: number;
	/** Damaged records of the WAL that are not the torn tail of a kill. */
	damagedRecords: number;
}

/** A real collector process that can be killed and restarted with the same WAL. */
export class CollectorUnderTest {
	kills = 0;
	readonly losses: LossCounters = { quarantined: 0, damagedEvents: 0, damagedRecords: 0 };
	readonly #directory: string;
	readonly #address: object;
	#process: CollectorProcess | undefined;
	/** Damaged records that the running process found at its start. */
	#damagedAtStart = 0;

	/** @param address address of the warehouse @param directory directory of the WAL */
	constructor(address: object, directory: string) {
		this.#address = address;
		this.#directory = directory;
	}

	/** The URL for pages; undefined while the process is down. */
	get publicUrl(): string | undefined {
		return this.#process?.publicUrl;
	}

	async start(): Promise<void> {
		const started = await startCollectorProcess(
			this.#address,
			{ ...options, walDirectory: this.#directory, sites: [{ key: 'shop', origins: 'any', keys: [writeKey] }] },
			{ disk: 'volatile' },
		);
		const { damagedRecords } = await readCounters(started);
		// Every kill may have torn the tail of the open segment, and of no other segment.
		this.losses.damagedRecords += Math.max(0, damagedRecords - this.kills);
		this.#damagedAtStart = damagedRecords;
		this.#process = started;
	}

	async kill(): Promise<void> {
		await this.#collectLosses();
		this.kills++;
		await this.#end('SIGKILL');
	}

	/** Stops it as a service manager does. */
	async stop(): Promise<void> {
		await this.#collectLosses();
		const code = await this.#end('SIGTERM');
		if (code !== 0) throw new Error(`a collector that was asked to stop ended with ${code}`);
	}

	/** Kills the process at once, in any state. */
	async abandon(): Promise<void> {
		if (this.#process !== undefined) await this.#end('SIGKILL');
	}

	/** Resolves when everything in the WAL is delivered. */
	async drain(): Promise<void> {
		await this.#running.drain();
	}

	/** Segment files that are not yet delivered and removed. */
	get segmentsLeft(): string[] {
		return walFiles(this.#directory);
	}

	get #running(): CollectorProcess {
		if (this.#process === undefined) throw new Error('the collector is down');
		return this.#process;
	}

	#end(signal: NodeJS.Signals): Promise<number | string> {
		const running = this.#running;
		this.#process = undefined;
		return running.kill(signal);
	}

	/** Adds the counters of the process to the sums, since they end with it. */
	async #collectLosses(): Promise<void> {
		const counters = await readCounters(this.#running);
		this.losses.quarantined += counters.quarantined;
		this.losses.damagedEvents += counters.damagedEvents;
		this.losses.damagedRecords += counters.damagedRecords - this.#damagedAtStart;
	}
}

async function readCounters({ adminUrl }: CollectorProcess): Promise<LossCounters> {
	const text = await (await fetch(`${adminUrl}/metrics`)).text();
	const value = (name: string) => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1]);
	return {
		quarantined: value('footfall_events_quarantined_total'),
		damagedEvents: value('footfall_events_damaged_total'),
		damagedRecords: value('footfall_wal_damaged_records_total'),
	};
}
