// One measurement: honest pages and /livez probes for some seconds, with or without an attacker.
import { setTimeout as wait } from 'node:timers/promises';
import { startLoad } from '../processes.js';

const warmUpSeconds = 2;
/** Above this sum the attack ends early, to protect other processes of the machine. */
const rssMiBMax = 6_144;

/**
 * Measures once.
 *
 * @param stack under attack
 * @param processes those of the stack, watched
 * @param attack name of the attack; `undefined` to measure without one
 * @param path of the honest pages, different for every measurement
 * @param firstVisitor of the honest visitors, thousands apart from that of every other measurement
 * @returns the results of the honest pages and the prober, and the counts of the attacker
 */
export async function measure(stack, processes, { attack, seconds, path, firstVisitor }) {
	const { url, adminUrl, clickhouse } = stack;
	const honest = startLoad('hostile/honest-load.js', { url, clickhouse, path, firstVisitor, warmUpSeconds });
	const livez = startLoad('hostile/livez-load.js', { adminUrl, warmUpSeconds });
	await wait(warmUpSeconds * 1_000);
	const attacker =
		attack === undefined
			? { result: wait(seconds * 1_000, {}), finish() {} }
			: startLoad('hostile/attacker-load.js', { attack, url, seconds, firstVisitor }, { detached: true });
	const isTooLarge = await endedEarly(attacker, stack, processes);
	attacker.finish();
	const attackerCounts = await attacker.result;
	honest.finish();
	const seenOfHonest = await honest.result;
	// The probes end only now: the bytes that the attacker has left in the kernel's buffers keep the collector busy
	// after its end.
	livez.finish();
	const seenOfLivez = await livez.result;
	return { ...seenOfHonest, ...seenOfLivez, isTooLarge, attacker: attackerCounts };
}

/**
 * Waits until the attacker or the stack ends, or the stack takes too much memory.
 *
 * @returns whether memory was the reason
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
