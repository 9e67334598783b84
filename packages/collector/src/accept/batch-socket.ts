import { limits, subprotocol } from '@footfall/protocol';
import { type Answer, ackMessage } from './intake/answer.js';
import type { Intake } from './intake/intake.js';
import { type RateLimits, workBytes } from './limits/rate-limits.js';
import type { Socket, SocketRoute } from './transport/socket.js';

/** A batch that is too large by at most this number of bytes is answered; a larger message ends the connection. */
const tooLargeBytes = 12_288;

/**
 * Idle timeout of a socket, seconds. The library sends a ping 16 s before it, hence after 24 s and at the latest, since
 * its timer ticks every 4 s, after 28 s: nginx and other proxies close a connection that is silent for 60 s.
 */
const idleSeconds = 40;

/** `/v1/socket`: greets with the server's time and limits, and answers every batch. */
export function batchSocket(intake: Intake, rateLimits: RateLimits): SocketRoute {
	const { batchBytesMax, batchEventsMax } = limits;
	return {
		path: '/v1/socket',
		subprotocol,
		messageBytesMax: batchBytesMax + tooLargeBytes,
		idleSeconds,
		open(socket) {
			socket.send(JSON.stringify(['hello', Date.now(), { batchBytesMax, batchEventsMax }]));
		},
		message(socket, bytes, isBinary) {
			try {
				if (!isBinary) rateLimits.charge(socket, bytes.length);
				const answer = isBinary ? intake.take(bytes, socket, socket) : intake.refuse(socket, textMessage);
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
			rateLimits.charge(socket, workBytes.ping);
			if (rateLimits.isExhausted(socket)) socket.close('excess');
		},
	};

	/** Answers, and closes the socket of a sender that abuses it. The library then reads nothing more from it. */
	function reply(socket: Socket, answer: Answer): void {
		if (socket.isClosed) return;
		socket.send(ackMessage(answer));
		if (socket.isExempt) return;
		const closing = socket.abuse.count(answer);
		if (closing !== undefined) socket.close(closing);
		else if (answer.retryReason === 'address-bytes' && rateLimits.isExhausted(socket)) socket.close('excess');
	}
}

const textMessage = { reason: 'malformed', detail: 'a batch is a binary message', head: undefined } as const;
