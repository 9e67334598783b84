import { basename } from 'node:path';
import { nativeParts, type ProbeResult } from './judge-native.js';

/**
 * The process that tries one native part. A library that ends its process, as one for another processor does, ends only
 * this one. Arguments: the part, and for the engine of HTTP the choice. The result is sent to the parent.
 */
const [part, choice = 'auto'] = process.argv.slice(2);

const tries: Record<(typeof nativeParts)[number], () => Promise<ProbeResult>> = {
	async kernel() {
		const { isLocked } = await import('@footfall/host/kernel');
		isLocked(process.execPath);
		return { kind: 'works', text: 'the C library can be called' };
	},
	async engine() {
		const { chooseEngine, fallbackMessage } = await import('@footfall/collector/machine');
		const { engine, fallbackReason } = await chooseEngine(choice as 'auto');
		if (fallbackReason !== undefined)
			return {
				kind: 'limited',
				text: fallbackMessage(fallbackReason).replace(/\. Set .*$/, ''),
				remedy: 'use a Node.js and a system for which uWebSockets.js has a file, or keep it as it is',
			};
		const text = engine.name === 'uws' ? 'uWebSockets.js loads' : 'Node.js itself, as --http-engine says';
		return { kind: 'works', text };
	},
	async clickhouse() {
		const { loadEngineLibrary } = await import('@footfall/warehouse/engine');
		return { kind: 'works', text: `${basename(loadEngineLibrary())} loads` };
	},
	async landlock() {
		const { confinementSupport } = await import('@footfall/warehouse/engine');
		const support = confinementSupport();
		if (support.kind === 'unavailable') return { kind: 'fails', why: support.why };
		if (support.network)
			return { kind: 'works', text: 'Landlock confines ClickHouse to its files and blocks its connections' };
		return {
			kind: 'limited',
			text: 'Landlock confines ClickHouse to its files and cannot block its connections',
			remedy: 'Linux 6.7 or newer can',
		};
	},
	async zstd() {
		await import('@footfall/simulation');
		return { kind: 'works', text: 'histories can be compressed' };
	},
};

const name = nativeParts.find((each) => each === part);
if (name !== undefined) {
	const result = await tries[name]().catch(
		(error: unknown): ProbeResult => ({ kind: 'fails', why: error instanceof Error ? error.message : String(error) }),
	);
	// A native library may keep the process alive.
	process.send?.(result, () => process.exit());
}
