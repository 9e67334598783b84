import { limits } from '@footfall/protocol';
import { drop } from '../raw-connection.js';

const connections = 4_000;

/** Incomplete bodies for each endpoint, together far more than the limit of the collector for incomplete bodies. */
const halves = [
	{ path: '/v1/events', bytes: 40_000, length: limits.jsonBodyBytesMax },
	{ path: '/v1/batch', bytes: limits.batchBytesMax / 2, length: limits.batchBytesMax },
];

export const halfBodies = {
	what: `${connections} connections with half a body each, held open`,
	run(target) {
		const requests = halves.map(({ path, bytes, length }) => {
			const head = target.head('POST', path, { 'Content-Type': 'application/json', 'Content-Length': length });
			return Buffer.concat([Buffer.from(head), Buffer.alloc(bytes, 0x20)]);
		});
		return target.lanes(connections, async (index) => {
			const socket = await target.connect();
			if (socket === undefined) return;
			await target.ask(socket, requests[index % requests.length]);
			drop(socket);
		});
	},
};
