import { drop } from '../raw-connection.js';

const events = 10_000;

function bodiesOn(connections) {
	return {
		what: `${connections} connections at once, each with a JSON body of ${events} empty objects`,
		async run(target) {
			const request = target.post('/v1/events', 'application/json', `[${'{},'.repeat(events - 1)}{}]`);
			// All connections are opened first, so that the bodies arrive together.
			const opened = await Promise.all(Array.from({ length: connections }, () => target.connect()));
			await target.lanes(connections, async (index) => {
				const socket = opened[index] ?? (await target.connect());
				opened[index] = socket;
				if (socket === undefined) return;
				const status = await target.ask(socket, request);
				if (status === 'ended' || socket.readyState !== 'open') opened[index] = drop(socket);
			});
		},
	};
}

export const manyBodies = bodiesOn(4_500);
export const manyFewerBodies = bodiesOn(2_000);
