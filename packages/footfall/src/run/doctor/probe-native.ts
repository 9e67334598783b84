import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { HttpEngine } from '@footfall/collector/machine';
import type { NativePart, ProbeResult } from './judge-native.js';

/** Longest time for a part to load, ms: half a gigabyte may have to be read from a slow disk. */
const probeMsMax = 60_000;

/**
 * Tries a native part in a process of its own. Never rejects.
 *
 * @param httpEngine choice of the engine of HTTP
 */
export function probeNative(part: NativePart, httpEngine: HttpEngine): Promise<ProbeResult> {
	return new Promise((resolve) => {
		const fails = (why: string) => resolve({ kind: 'fails', why });
		try {
			const child = fork(fileURLToPath(new URL('./probe.js', import.meta.url)), [part, httpEngine], {
				stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
				timeout: probeMsMax,
				killSignal: 'SIGKILL',
			});
			let result: ProbeResult | undefined;
			child.once('message', (message) => {
				result = message as ProbeResult;
			});
			child.once('error', (error) => fails(error.message));
			child.once('close', (code, signal) => {
				if (result !== undefined) resolve({ ...result, ...('why' in result ? { why: firstLine(result.why) } : {}) });
				else fails(endedBy(code, signal));
			});
		} catch (error) {
			fails(error instanceof Error ? error.message : String(error));
		}
	});
}

function endedBy(code: number | null, signal: NodeJS.Signals | null): string {
	if (signal === 'SIGILL') return 'it uses instructions that this processor does not have';
	if (signal === 'SIGKILL') return 'the process that loaded it was killed, by a lack of memory or after a minute';
	return `the process that loaded it ended with ${signal ?? `code ${code}`}`;
}

const firstLine = (text: string) => text.split('\n', 1)[0] ?? text;
