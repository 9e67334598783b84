import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { importFile, type Warehouse } from '@footfall/warehouse';
import type { JsonReport } from './draw-order.js';

/** Time between two imports, and from a failed attempt to the next, ms. */
const importEveryMs = 3_000;
const retryMs = 300;

/** Imports reports, some at a time, into a ClickHouse that may be killed: until each import has succeeded. */
export class OrderImports {
	/** Rows that an import has rejected, which never happens to valid events. */
	rejected = 0;
	readonly #warehouse: Warehouse;
	readonly #directory: string;
	readonly #onStored: (event: JsonReport) => void;
	#waiting: JsonReport[] = [];
	/** Reports that an import has not stored yet. */
	#pending = 0;
	#isClosed: boolean = false;
	readonly #running: Promise<void>;

	constructor(warehouse: Warehouse, directory: string, onStored: (event: JsonReport) => void) {
		this.#warehouse = warehouse;
		this.#directory = directory;
		this.#onStored = onStored;
		this.#running = this.#run();
	}

	add(event: JsonReport): void {
		this.#waiting.push(event);
		this.#pending++;
	}

	get pending(): number {
		return this.#pending;
	}

	async close(): Promise<void> {
		this.#isClosed = true;
		await this.#running;
	}

	async #run(): Promise<void> {
		for (let file = 0; !this.#isClosed; file++) {
			for (let waitedMs = 0; !this.#isClosed && waitedMs < importEveryMs; waitedMs += retryMs) await wait(retryMs);
			const events = this.#waiting.splice(0);
			if (events.length === 0) continue;
			const path = join(this.#directory, `orders-${file}.ndjson`);
			writeFileSync(path, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
			await this.#import(path);
			if (this.#isClosed) return;
			for (const event of events) this.#onStored(event);
			this.#pending -= events.length;
		}
	}

	async #import(path: string): Promise<void> {
		while (!this.#isClosed) {
			try {
				const { rejected } = await importFile(this.#warehouse, path, { fallbackSite: 'shop' });
				this.rejected += rejected;
				return;
			} catch {
				// ClickHouse is down, or was killed in the middle of the import, which the next attempt completes.
				await wait(retryMs);
			}
		}
	}
}
