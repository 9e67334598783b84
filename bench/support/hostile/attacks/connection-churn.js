import { drop } from '../raw-connection.js';

export const connectionChurn = {
	what: 'as many connections and sockets as possible, closed right after they are opened',
	async run(target) {
		const sockets = target.lanes(50, async () => {
			const socket = await target.openSocket();
			if (socket === undefined) return;
			target.count('opened');
			drop(socket);
		});
		const connections = target.lanes(50, async (index) => {
			const socket = await target.connect();
			if (socket === undefined) return;
			target.count('connected');
			// Half of the connections close in the middle of a request.
			if (index % 2 === 0) socket.write('POST /v1/batch HTTP/1.1\r\nHost: collector\r\n');
			drop(socket);
		});
		await Promise.all([sockets, connections]);
	},
};
