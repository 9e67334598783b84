import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Warehouse } from '@footfall/warehouse';
import { type Collector, startCollector } from '../collector.js';
import type { CollectorOptions } from '../options.js';
import { quietLogger } from './quiet-logger.js';

/** A real collector in a directory of its own, in a hurry: it seals early and waits little. */
export interface TestCollector extends Collector {
	directory: string;
	messages: readonly string[];
	/** The value of a metric at this moment, labels included in the name. */
	metric(name: string): Promise<number>;
	/** Stops it and removes its directory. */
	remove(): Promise<void>;
}

export async function startTestCollector(
	warehouse: Warehouse,
	options: Partial<CollectorOptions> = {},
): Promise<TestCollector> {
	const directory = options.logDirectory ?? mkdtempSync(join(tmpdir(), 'footfall-collector-'));
	const logger = quietLogger();
	const collector = await startCollector({
		port: 0,
		adminPort: 0,
		sealAfterMs: 50,
		insertIntervalMs: 0,
		failurePauseMs: 50,
		deliveryBackoffFirstMs: 20,
		deliveryBackoffMaxMs: 200,
		// No warning, however few files a process may open here.
		connectionsMax: 1_500,
		sites: [
			{ key: 'shop', origins: ['https://shop.example'] },
			{ key: 'open', origins: 'any' },
		],
		trackerScript: Buffer.from('console.log("footfall")\n'.repeat(50)),
		...options,
		warehouse,
		logger,
		logDirectory: directory,
	}).catch((error: unknown) => {
		if (options.logDirectory === undefined) rmSync(directory, { recursive: true, force: true });
		throw error;
	});
	return {
		...collector,
		directory,
		messages: logger.messages,
		async metric(name) {
			const text = await (await fetch(`${collector.adminUrl}/metrics`)).text();
			const line = text.split('\n').find((each) => each.startsWith(`${name} `));
			return line === undefined ? Number.NaN : Number(line.slice(name.length + 1));
		},
		async remove() {
			await collector.stop();
			rmSync(directory, { recursive: true, force: true });
		},
	};
}
