import { limits, subprotocol } from '@footfall/protocol';
import type { Metrics } from '../metrics.js';
import { ackMessage } from './answer.js';
import type { Intake } from './intake.js';
import type { SocketRoute } from './socket.js';

/** `/v1/socket`: greets with the clock and the bounds, then answers every batch. */
export function batchSocket(intake: Intake, metrics: Metrics): SocketRoute {
	const { batchBytesMax, batchEventsMax } = limits;
	return {
		path: '/v1/socket',
		subprotocol,
		// A batch somewhat too large is told so; something else altogether is disconnected.
		messageBytesMax: batchBytesMax * 2,
		idleSeconds: 120,
		open(socket) {
			socket.send(JSON.stringify(['hello', Date.now(), { batchBytesMax, batchEventsMax }]));
		},
		message(socket, bytes, isBinary) {
			if (isBinary) {
				intake.take(bytes, socket).then(
					(answer) => socket.send(ackMessage(answer)),
					() => socket.drop(),
				);
			} else {
				metrics.rejected('malformed');
				socket.send(ackMessage({ outcome: 'malformed', head: undefined }));
			}
		},
	};
}
