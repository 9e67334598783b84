import { setTimeout as wait } from 'node:timers/promises';
import { eventsOfPath } from './marts.js';
import { recovery } from './recovery.js';
import { startStack } from './stack.js';

const recoverySecondsMax = 60;
const deliverySecondsMax = 30;

/** Restarts a stack with its data, as a service manager does: acknowledged events must still be there. */
async function startAgain(stack) {
	await stack.stop();
	return startStack(stack.data).catch(() => undefined);
}

/**
 * Number of acknowledged events that are missing in the raw table, after there was time to deliver them; `null` when it
 * cannot be queried.
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
 * Waits after a measurement until the stack has recovered, and counts lost events. A stack that died, or that has not
 * delivered events, is first restarted with its data.
 *
 * @param processes those of the stack, watched since the beginning of the measurement
 * @param path of the measurement's honest pages
 * @param visitor for the event that shows the recovery, used by no other event
 * @returns `stack` for the next measurement, `undefined` when it has not recovered and further measurements would be
 *   meaningless; `recoverySeconds`, `lost`, `died`, `rssMiB` and `restarts`
 */
export async function settle(stack, processes, { measured, path, visitor }) {
	let took = await recovery(stack, visitor, recoverySecondsMax);
	const died = !stack.isRunning();
	// This is read before a restart, which ends the processes on purpose.
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
