// One measurement: honest pages and the prober of /livez through some seconds, with an attacker or without.
import { setTimeout as wait } from 'node:timers/promises';
import { startLoad } from '../processes.js';

const warmUpSeconds = 2;
/** Above this sum the attack ends early, for the sake of others on the machine. */
const rssMiBMax = 6_144;

/**
 * Measures once.
 *
 * @param stack under attack
 * @param processes those of the stack, watched
 * @param attack its name; `undefined` to measure without one
 * @param path of the honest pages, different for every measurement
 * @param firstVisitor of the honest ones, some thousands from that of every other measurement
 * @returns what the honest pages and the prober saw, and what the attacker counted
 */
export async function measure(stack, processes, { attack, seconds, path, firstVisitor }) {
	const { url, adminUrl, clickhouse } = stack;
	const honest = startLoad('hostile/honest-load.js', { url, clickhouse, path, firstVisitor, warmUpSeconds });
	const livez = startLoad('hostile/livez-load.js', { adminUrl, warmUpSeconds });
	await wait(warmUpSeconds * 1_000);
	const attacker =
		attack === undefined
			? { result: wait(seconds * 1_000, {}), finish() {} }
			: startLoad('hostile/attacker-load.js', { attack, url, seconds, firstVisitor });
	const isTooLarge = await endedEarly(attacker, stack, processes);
	attacker.finish();
	const attackerCounts = await attacker.result;
	honest.finish();
	const seenOfHonest = await honest.result;
	// Not before: the bytes that the attacker has left in the kernel's buffers keep the collector busy after its end.
	livez.finish();
	const seenOfLivez = await livez.result;
	return { ...seenOfHonest, ...seenOfLivez, isTooLarge, attacker: attackerCounts };
}

/**
 * Waits until the attacker or the stack ends, or the stack takes too much memory.
 *
 * @returns whether it was the memory
 */
async function endedEarly(attacker, stack, processes) {
	let isOver = false;
	const end = () => {
		isOver = true;
	};
	// A failure of the attacker is thrown where its result is awaited.
	attacker.result.then(end, end);
	while (!isOver && stack.isRunning()) {
		if (processes.nowMiB() > rssMiBMax) return true;
		await wait(100);
	}
	return false;
}
