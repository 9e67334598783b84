import { connect, type EmbeddedServer, migrate, startEmbeddedServer, type Warehouse } from '@footfall/warehouse';

/** A real ClickHouse that can be killed, and comes back on the same data and the same port. */
export class ClickHouseUnderTest {
	/** Straight to it, past the proxy. */
	readonly warehouse: Warehouse;
	readonly port: number;
	kills = 0;
	/** Why it ended without having been killed, each time that it did. */
	readonly crashes: string[] = [];
	readonly #directory: string;
	#server: EmbeddedServer;
	#upSinceMs = performance.now();
	/** Settles when it is back after a crash. */
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

	/** Where it would be, were it reached through `url`. */
	addressBehind(url: string) {
		return { url, ...this.#server.writer };
	}

	/**
	 * From now on no two parts of the raw table are merged, also after a restart: then every row that was ever inserted
	 * stays countable.
	 */
	async stopMerging(): Promise<void> {
		await this.warehouse.command(
			'ALTER TABLE events MODIFY SETTING max_bytes_to_merge_at_max_space_in_pool = 1, max_bytes_to_merge_at_min_space_in_pool = 1',
		);
	}

	async kill(): Promise<void> {
		await this.#recovery;
		this.kills++;
		// In this order, so that this end does not count as a crash; what stop asks for comes too late.
		const stopped = this.#server.stop();
		try {
			process.kill(this.#server.pid, 'SIGKILL');
		} catch {
			this.crashes.push('it had ended a moment before it was to be killed');
		}
		await stopped;
	}

	async startAgain(): Promise<void> {
		this.#server = await startEmbeddedServer({
			directory: this.#directory,
			httpPort: this.port,
			onExit: (why) => this.#onCrash(why),
		});
		this.#upSinceMs = performance.now();
	}

	async stop(): Promise<void> {
		await this.#recovery;
		await this.warehouse.close();
		await this.#server.stop();
	}

	/** As whoever supervises it would. */
	#onCrash(why: string): void {
		this.crashes.push(`${why} after ${Math.round(performance.now() - this.#upSinceMs)} ms`);
		this.#recovery = this.startAgain();
	}
}
