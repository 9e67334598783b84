import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Warehouse } from '@footfall/warehouse';
import { type Collector, startCollector } from '../collector.js';
import type { CollectorOptions } from '../options.js';
import { testEngine } from './engines.js';
import { quietLogger } from './quiet-logger.js';

/** A real collector in a directory of its own, with short intervals: it seals early and hardly waits. */
export interface TestCollector extends Collector {
	directory: string;
	messages: readonly string[];
	/** Returns the current value of a metric. The name includes labels. */
	metric(name: string): Promise<number>;
	/** Stops the collector and removes its directory. */
	remove(): Promise<void>;
}

export async function startTestCollector(
	warehouse: Warehouse,
	options: Partial<CollectorOptions> = {},
): Promise<TestCollector> {
	const directory = options.walDirectory ?? mkdtempSync(join(tmpdir(), 'footfall-collector-'));
	const logger = quietLogger();
	const collector = await startCollector({
		port: 0,
		adminPort: 0,
		httpEngine: testEngine.name,
		sealAfterMs: 50,
		insertIntervalMs: 0,
		failurePauseMs: 50,
		deliveryBackoffFirstMs: 20,
		deliveryBackoffMaxMs: 200,
		// Few connections, so that no warning is logged if this process may open few files.
		connectionsMax: 1_500,
		sites: [
			{ key: 'shop', origins: ['https://shop.example'] },
			{ key: 'open', origins: 'any' },
		],
		visitorSecret: 'the secret of the tests',
		trackerScript: Buffer.from('console.log("footfall")\n'.repeat(50)),
		...options,
		warehouse,
		logger,
		walDirectory: directory,
	}).catch((error: unknown) => {
		if (options.walDirectory === undefined) rmSync(directory, { recursive: true, force: true });
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
