import { processorMs } from '../processor-time.js';
import { site } from './server.js';

const dayMs = 86_400_000;

/**
 * Asks the API for a view several times, one request after the other.
 *
 * @param {{ url: string, token: string, pid: number }} target the dashboard, and the process of the server
 * @param {number} days length of the range, which ends today
 * @returns medians of the wall time, the processor time of the server for one answer, bytes of an answer, and the names
 *   of queries without rows; or the first error, by which the measurement of the view ends
 */
export async function answerTimes({ url, token, pid }, { view, parameters }, { days, rounds }) {
	const day = (ms) => new Date(ms).toISOString().slice(0, 10);
	const [from, to] = [day(Date.now() - (days - 1) * dayMs), day(Date.now())];
	const address = `${url}/api/${view}?${new URLSearchParams({ site, from, to, ...parameters })}`;
	const ask = async () => {
		const response = await fetch(address, { headers: { authorization: `Bearer ${token}` } });
		const text = await response.text();
		return { text, fault: response.ok ? undefined : `${response.status} ${text}` };
	};
	// The first answer fills the caches of the server.
	const { text, fault } = await ask();
	if (fault !== undefined) return { fault };
	const times = [];
	const processorStart = processorMs(pid);
	for (let round = 0; round < rounds; round++) {
		const start = performance.now();
		const answer = await ask();
		if (answer.fault !== undefined) return answer;
		times.push(performance.now() - start);
	}
	return {
		wallMs: times.sort((a, b) => a - b)[times.length >> 1],
		processorMs: (processorMs(pid) - processorStart) / rounds,
		bytes: Buffer.byteLength(text),
		empty: Object.entries(JSON.parse(text).rows).flatMap(([name, rows]) => (rows.length === 0 ? [name] : [])),
	};
}
