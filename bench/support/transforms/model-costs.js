import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startBenchServer } from './bench-server.js';
import { growingHistory } from './histories.js';

/** @typedef {{ wallMs: number, processorMs: number }} Time */

/**
 * Measures what models cost: the same runs on several servers, which differ in their models or their events. The
 * servers take turns, so that what else the machine does is the same for all of them.
 *
 * @param {object} options
 * @param {string} [options.before] folder of a built checkout of an earlier commit, for a server `before` with its
 *   models
 * @param {{ name: string, orderShare?: number, project?: object }[]} options.kinds the servers of this checkout:
 *   `orderShare` is the share of sessions with an order, `project` the compiled models, by default those without a
 *   project folder
 * @param {number} options.days length of the history
 * @param {number} options.eventsPerDay
 * @param {number} options.eventsInFiveMinutes
 * @param {number} options.rounds small runs of each server, and half as many rebuilds
 * @returns {Promise<Map<string, { rebuild: Time, delta: Time }>>} medians, with the processor time of the server and of
 *   this process
 */
export async function modelCosts({ before, kinds, days, eventsPerDay, eventsInFiveMinutes, rounds }) {
	const all = [
		...(before === undefined ? [] : [{ name: 'before', ...(await partsOf(before)) }]),
		...kinds.map((kind) => ({ startBenchServer, growingHistory, ...kind })),
	];
	const shops = [];
	for (const kind of all) {
		const server = await kind.startBenchServer(kind.project);
		const history = kind.growingHistory(server, eventsPerDay, kind.orderShare);
		await history.add(days * eventsPerDay);
		await server.publish({ fullRefresh: true });
		shops.push({ name: kind.name, server, history, rebuilds: [], deltas: [] });
	}
	for (let round = 0; round < Math.ceil(rounds / 2); round++)
		for (const { server, rebuilds } of inTurn(shops, round))
			rebuilds.push(await timedHere(server, () => server.publish({ fullRefresh: true })));
	// The first run after a rebuild compares its rows with some that have no hash.
	for (let round = -1; round < rounds; round++)
		for (const { server, history, deltas } of inTurn(shops, round)) {
			await history.add(eventsInFiveMinutes);
			const time = await timedHere(server, () => server.publish());
			if (round >= 0) deltas.push(time);
		}
	for (const { server } of shops) await server.stop();
	return new Map(
		shops.map(({ name, rebuilds, deltas }) => [name, { rebuild: medianOf(rebuilds), delta: medianOf(deltas) }]),
	);
}

/** The parts of a checkout that start a server with its models and fill it with its events. */
async function partsOf(folder) {
	const parts = ['bench-server.js', 'histories.js'].map(
		(name) => pathToFileURL(join(resolve(folder), 'bench/support/transforms', name)).href,
	);
	const [server, histories] = await Promise.all(parts.map((url) => import(url)));
	return { startBenchServer: server.startBenchServer, growingHistory: histories.growingHistory };
}

/** The servers in another order in every round. */
const inTurn = (shops, round) => (round % 2 === 0 ? shops : shops.toReversed());

/** The time of some work of a server, with the processor time of this process. @returns {Promise<Time>} */
async function timedHere({ timed }, work) {
	const start = process.cpuUsage();
	const { wallMs, processorMs } = await timed(work);
	const { user, system } = process.cpuUsage(start);
	return { wallMs, processorMs: processorMs + (user + system) / 1_000 };
}

/** @param {readonly Time[]} times */
function medianOf(times) {
	const of = (key) => times.map((time) => time[key]).sort((a, b) => a - b)[times.length >> 1];
	return { wallMs: of('wallMs'), processorMs: of('processorMs') };
}
