import { limits, subprotocol } from '@footfall/protocol';
import { type Answer, ackMessage } from './intake/answer.js';
import type { Intake } from './intake/intake.js';
import { type Admission, workBytes } from './limits/rate-limits.js';
import type { Socket, SocketRoute } from './transport/socket.js';

/** A batch that is too large by at most this many bytes is answered; a larger message ends the connection. */
const tooLargeBytes = 12_288;

/** `/v1/socket`: greets with the clock and the bounds, then answers every batch. */
export function batchSocket(intake: Intake, admission: Admission): SocketRoute {
	const { batchBytesMax, batchEventsMax } = limits;
	return {
		path: '/v1/socket',
		subprotocol,
		messageBytesMax: batchBytesMax + tooLargeBytes,
		idleSeconds: 120,
		open(socket) {
			socket.send(JSON.stringify(['hello', Date.now(), { batchBytesMax, batchEventsMax }]));
		},
		message(socket, bytes, isBinary) {
			try {
				if (!isBinary) admission.charge(socket, bytes.length);
				const answer = isBinary ? intake.take(bytes, socket) : intake.refuse(socket, textIsNoBatch);
				if (answer instanceof Promise)
					answer.then(
						(later) => reply(socket, later),
						() => socket.drop(),
					);
				else reply(socket, answer);
			} catch {
				socket.drop();
			}
		},
		ping(socket) {
			admission.charge(socket, workBytes.ping);
			if (admission.isExhausted(socket)) socket.close('excess');
		},
	};

	/** Closes the socket of a sender that does not behave like a page. The library reads nothing more from it. */
	function reply(socket: Socket, answer: Answer): void {
		socket.send(ackMessage(answer));
		if (socket.isExempt) return;
		const closing = socket.conduct.count(answer);
		if (closing !== undefined) socket.close(closing);
		else if (answer.deferral === 'address-bytes' && admission.isExhausted(socket)) socket.close('excess');
	}
}

const textIsNoBatch = { reason: 'malformed', detail: 'a batch is a binary message', head: undefined } as const;
