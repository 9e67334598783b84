import { connect, type EmbeddedServer, migrate, startEmbeddedServer, type Warehouse } from '@footfall/warehouse';

/** Attempts to start an engine that crashes while it starts. */
const startsMax = 5;

/** A real ClickHouse that can be killed and restarted with the same data and port. */
export class ClickHouseUnderTest {
	/** A connection that bypasses the proxy. */
	readonly warehouse: Warehouse;
	readonly port: number;
	kills = 0;
	/** Each end that no kill caused, with its reason. */
	readonly crashes: string[] = [];
	readonly #directory: string;
	#server: EmbeddedServer;
	#upSinceMs = performance.now();
	/** Settles when ClickHouse runs again after a crash. */
	#recovery: Promise<void> = Promise.resolve();

	private constructor(directory: string, server: EmbeddedServer) {
		this.#directory = directory;
		this.#server = server;
		this.port = Number(new URL(server.url).port);
		this.warehouse = connect({ url: server.url, ...server.writer });
	}

	static async start(directory: string): Promise<ClickHouseUnderTest> {
		let onExit = (_why: string) => {};
		const server = await startEmbeddedServer({ directory, onExit: (why) => onExit(why) });
		const clickhouse = new ClickHouseUnderTest(directory, server);
		onExit = (why) => clickhouse.#onCrash(why);
		await migrate(clickhouse.warehouse);
		return clickhouse;
	}

	/** The address and account to reach this server through `url`. */
	addressBehind(url: string) {
		return { url, ...this.#server.writer };
	}

	/**
	 * Stops merges of the raw table from now on, also after a restart, so that every row that was ever inserted
	 * can be counted.
	 */
	async stopMerging(): Promise<void> {
		await this.warehouse.command(
			'ALTER TABLE events MODIFY SETTING max_bytes_to_merge_at_max_space_in_pool = 1, max_bytes_to_merge_at_min_space_in_pool = 1',
		);
	}

	async kill(): Promise<void> {
		await this.#recovery;
		this.kills++;
		// stop() comes before the kill, so that this end does not count as a crash; its own signal would come too late.
		const stopped = this.#server.stop();
		try {
			process.kill(this.#server.pid, 'SIGKILL');
		} catch {
			this.crashes.push('it had ended a moment before it was to be killed');
		}
		await stopped;
	}

	/** Starts it, as a supervisor does: an engine that crashes while it starts is started again, a few times. */
	async startAgain(): Promise<void> {
		for (let attempt = 1; ; attempt++) {
			try {
				this.#server = await startEmbeddedServer({
					directory: this.#directory,
					httpPort: this.port,
					onExit: (why) => this.#onCrash(why),
				});
				break;
			} catch (error) {
				this.crashes.push(`${error instanceof Error ? error.message : String(error)} (start ${attempt})`);
				if (attempt >= startsMax) throw error;
			}
		}
		this.#upSinceMs = performance.now();
	}

	async stop(): Promise<void> {
		await this.#recovery;
		await this.warehouse.close();
		await this.#server.stop();
	}

	/** Restarts it, as a supervisor does. */
	#onCrash(why: string): void {
		this.crashes.push(`${why} after ${Math.round(performance.now() - this.#upSinceMs)} ms`);
		this.#recovery = this.startAgain();
	}
}
