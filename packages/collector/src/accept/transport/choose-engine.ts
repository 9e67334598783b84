import { StartRefusal } from '@footfall/host';
import type { Engine, EngineName } from './engine.js';

/** The values of `--http-engine`. `auto` is uWebSockets.js where it loads, and Node's own http elsewhere. */
export type HttpEngine = EngineName | 'auto';

/** A chosen engine. */
export interface ChosenEngine {
	engine: Engine;
	/** Why it is not uWebSockets.js although it was to be if possible; a part of a sentence. */
	fallbackReason?: string;
}

/** Loads the engine on uWebSockets.js. @throws Error with the message of the dynamic linker or of Node */
type LoadUws = () => Promise<Engine>;

/** This process, as far as it decides which native files load. */
export interface NativeHost {
	/** Version of Node, such as `24.1.0`. */
	nodeVersion: string;
	/** Number of Node's binary interface, such as `137`. */
	abi: string;
	/** Operating system and processor, such as `linux-x64`. */
	platform: string;
	/** Version of glibc; undefined on a system without it. */
	glibc: string | undefined;
}

/**
 * Chooses the engine of a server. The native part of uWebSockets.js is loaded only here, and only if it may be used.
 *
 * @throws StartRefusal when uWebSockets.js is required and does not load
 */
export async function chooseEngine(
	choice: HttpEngine,
	loadUws: LoadUws = loadUwsEngine,
	hostOf: () => NativeHost = thisHost,
): Promise<ChosenEngine> {
	if (choice === 'node') return { engine: await loadNodeEngine() };
	try {
		return { engine: await loadUws() };
	} catch (error) {
		const reason = whyUnloaded(error instanceof Error ? error.message : String(error), hostOf());
		if (choice === 'auto') return { engine: await loadNodeEngine(), fallbackReason: reason };
		throw new StartRefusal(
			`uWebSockets.js does not load: ${reason}. Use --http-engine node, or auto, or a Node.js and a system for which it has a file.`,
		);
	}
}

/** The log line about an engine that was chosen because uWebSockets.js does not load. */
export function fallbackMessage(reason: string): string {
	return `the collector serves HTTP with Node.js itself, at ${throughputShare} of the throughput of uWebSockets.js, because uWebSockets.js does not load: ${reason}. Set --http-engine node to choose this without a log line.`;
}

/** Lowest and highest throughput that `pnpm bench collector --http-engine node` measures, with their loads. */
const throughputShare = 'a fifth (compressed frames of one event) to all (frames of 50 events)';

/**
 * Explains why the native part of uWebSockets.js does not load. Pure. The library's own message lists versions of Node
 * that it supports, whichever the fault is, and has the real one at its end.
 *
 * @returns a part of a sentence
 */
export function whyUnloaded(message: string, { nodeVersion, abi, platform, glibc }: NativeHost): string {
	const node = `Node.js ${nodeVersion}`;
	const neededGlibc = /GLIBC_([\d.]+)' not found/.exec(message)?.[1];
	if (neededGlibc !== undefined) {
		return `its file for ${node} needs glibc ${neededGlibc} or later, and this system has glibc ${glibc ?? 'of unknown version'}`;
	}
	if (platform.startsWith('linux') && glibc === undefined)
		return 'it needs glibc, and this system has another C library';
	if (/Cannot find module '\.\/uws_/.test(message)) return `it has no file for ${node} (ABI ${abi}) on ${platform}`;
	if (/Cannot find (module|package) '?uWebSockets\.js/.test(message)) return 'it is not installed';
	const lines = message
		.split('\n')
		.filter((line) => line !== '' && !line.startsWith('Require stack') && !line.startsWith('- '));
	return lines.at(-1)?.replace(/^Error: /, '') ?? 'the reason is unknown';
}

async function loadUwsEngine(): Promise<Engine> {
	return (await import('./uws/uws-engine.js')).uwsEngine;
}

async function loadNodeEngine(): Promise<Engine> {
	return (await import('./node/node-engine.js')).nodeEngine;
}

function thisHost(): NativeHost {
	// Without this, the report looks up the host name of every connected address.
	Object.assign(process.report, { excludeNetwork: true });
	const report = process.report.getReport() as unknown as { header: { glibcVersionRuntime?: string } };
	return {
		nodeVersion: process.versions.node,
		abi: process.versions.modules,
		platform: `${process.platform}-${process.arch}`,
		glibc: report.header.glibcVersionRuntime,
	};
}
