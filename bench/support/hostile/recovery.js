import { setTimeout as wait } from 'node:timers/promises';
import { honestBatch, honestEvents } from './honest-batch.js';
import { HonestBeacon } from './honest-beacon.js';
import { eventsInSessions } from './marts.js';

const quickMsMax = 100;
const quickTimesMin = 10;
const pauseMs = 100;

async function isQuick({ adminUrl }) {
	const startMs = performance.now();
	const answer = await fetch(`${adminUrl}/livez`, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
	return answer?.ok === true && performance.now() - startMs <= quickMsMax;
}

/**
 * Waits until the collector has answered quickly ten times in a row, and an event sent after that is in the marts.
 *
 * @param visitor of that event, used by no other event
 * @returns duration in seconds; `undefined` when the stack did not recover
 */
export async function recovery(stack, visitor, secondsMax) {
	const startMs = performance.now();
	const seconds = () => (performance.now() - startMs) / 1_000;
	const until = async (condition) => {
		while (seconds() < secondsMax && stack.isRunning()) {
			if (await condition()) return true;
			await wait(pauseMs);
		}
		return false;
	};
	let quickTimes = 0;
	const isBack = await until(async () => {
		quickTimes = (await isQuick(stack)) ? quickTimes + 1 : 0;
		return quickTimes >= quickTimesMin;
	});
	if (!isBack) return undefined;
	const beacon = new HonestBeacon({ url: stack.url, address: '203.0.113.30' });
	const batch = honestBatch({ visitor, stream: visitor, sequence: 0, path: '/recovery' });
	beacon.acknowledgements.add(batch, honestEvents, false);
	beacon.send(batch);
	const isCurrent = await until(async () => {
		const seen = await eventsInSessions(stack.clickhouse, [visitor]).catch(() => new Map());
		return seen.get(visitor) === honestEvents;
	});
	beacon.close();
	return isCurrent ? seconds() : undefined;
}
