import { setTimeout as wait } from 'node:timers/promises';
import { eventsOfPath } from './marts.js';
import { recovery } from './recovery.js';
import { startStack } from './stack.js';

const recoverySecondsMax = 60;
const deliverySecondsMax = 30;

/** Starts a stack again on its data, as a service manager does: acknowledged events must come back. */
async function startAgain(stack) {
	await stack.stop();
	return startStack(stack.data).catch(() => undefined);
}

/**
 * Acknowledged events that the raw table does not have, once there was time to deliver them; `null` when it cannot be
 * asked.
 */
async function lostOf(stack, { acknowledged }, path) {
	const deadlineMs = performance.now() + deliverySecondsMax * 1_000;
	for (;;) {
		const stored = await eventsOfPath(stack.clickhouse, path).catch(() => undefined);
		if (stored >= acknowledged) return 0;
		if (performance.now() > deadlineMs) return stored === undefined ? null : acknowledged - stored;
		await wait(500);
	}
}

/**
 * Waits after a measurement until the stack does as before, and counts what was lost. A stack that died, or holds
 * events back, is started again on its data first.
 *
 * @param processes those of the stack, watched since the beginning of the measurement
 * @param path of the measurement's honest pages
 * @param visitor for the event that shows that all goes on, of nobody else
 * @returns `stack` to go on with, `undefined` when it does not do as before and measurements on it would tell nothing;
 *   `recoverySeconds`, `lost`, `died`, `rssMiB` and `restarts`
 */
export async function settle(stack, processes, { measured, path, visitor }) {
	let took = await recovery(stack, visitor, recoverySecondsMax);
	const died = !stack.isRunning();
	// Before a new start, which ends the processes on purpose.
	const seen = processes.stop();
	let running = stack;
	if (died) {
		process.stderr.write(`footfall up ended: ${stack.stderr().slice(-500)}\n`);
		running = await startAgain(stack);
		took = running && (await recovery(running, visitor, recoverySecondsMax));
	}
	let lost = running ? await lostOf(running, measured, path) : null;
	if (took === undefined && running !== undefined && lost !== 0) {
		running = await startAgain(running);
		lost = running ? await lostOf(running, measured, path) : null;
	}
	const result = { ...seen, died, recoverySeconds: took ?? null, lost };
	if (took !== undefined) return { stack: running, ...result };
	await running?.stop();
	return { stack: undefined, ...result };
}
