import { webSocketMessage } from '../../frames.js';
import { drop } from '../raw-connection.js';

const messages = 500;
const sockets = 200;
const requesters = 200;
const requestsOfRound = 50;

export const slowReaders = {
	what: 'sockets and requests that never read their answers',
	async run(target) {
		const bytes = Buffer.concat(Array.from({ length: messages }, () => webSocketMessage(Buffer.from([0xc1]))));
		const onSockets = target.flood(sockets, () => ({ bytes, messages }), { isRead: false });
		const request = target.head('GET', '/footfall.js');
		const onRequests = target.lanes(requesters, async () => {
			const socket = await target.connect();
			if (socket === undefined) return;
			socket.pause();
			socket.write(request.repeat(requestsOfRound));
			target.count('sent', requestsOfRound);
			await new Promise((resolve) => setTimeout(resolve, 500));
			drop(socket);
		});
		await Promise.all([onSockets, onRequests]);
	},
};
