import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { subprotocol } from '@footfall/protocol';

/** A connection whose other end sends any bytes it likes. */
export interface RawConnection {
	/** What came back so far, a byte a character. */
	readonly received: string;
	readonly isEnded: boolean;
	/** Resolves when the connection is over, whoever ended it. */
	ended: Promise<void>;
	send(bytes: string | Uint8Array): void;
	/** Resolves when all that was sent has left this end. */
	sent(): Promise<void>;
	/** One piece after another, with so many milliseconds between them, until the connection is over. */
	trickle(pieces: Iterable<string | Uint8Array>, gapMs: number): Promise<void>;
	/** Resolves when so much of what came back matches; rejects when the connection is over before. */
	receive(pattern: RegExp): Promise<void>;
	/** Says that nothing more will be sent, and still listens. */
	finish(): void;
	/** Leaves without a word. */
	leave(): void;
}

/** Connects to where a URL points. @param isReading whether it takes what comes back */
export async function connectRaw(url: string, { isReading = true } = {}): Promise<RawConnection> {
	const { hostname, port } = new URL(url);
	const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
	let received = '';
	let isEnded = false;
	if (isReading) socket.on('data', (bytes) => (received += bytes.toString('latin1')));
	socket.on('error', () => {}).on('end', () => socket.end());
	const ended = new Promise<void>((resolve) => socket.on('close', () => resolve())).then(() => {
		isEnded = true;
	});
	await once(socket, 'connect');
	socket.setNoDelay(true);
	return {
		get received() {
			return received;
		},
		get isEnded() {
			return isEnded;
		},
		ended,
		send: (bytes) => void socket.write(bytes),
		async sent() {
			while (socket.writableLength > 0) await sleep(5);
		},
		async trickle(pieces, gapMs) {
			for (const piece of pieces) {
				if (isEnded || socket.writableEnded) return;
				socket.write(piece);
				await sleep(gapMs);
			}
		},
		async receive(pattern) {
			while (!pattern.test(received)) {
				if (isEnded) throw new Error(`the connection ended before ${pattern}: ${JSON.stringify(received)}`);
				await sleep(5);
			}
		},
		finish: () => void socket.end(),
		leave: () => void socket.destroy(),
	};
}

/** A POST without a body, its headers those that are given and a `Host`. */
export function postHead(path: string, ...headers: string[]): string {
	return [`POST ${path} HTTP/1.1`, 'Host: collector.test', ...headers, '', ''].join('\r\n');
}

/** What a page's browser sends to open its socket. */
export function upgradeHead(...headers: string[]): string {
	return [
		'GET /v1/socket HTTP/1.1',
		'Host: collector.test',
		'Connection: Upgrade',
		'Upgrade: websocket',
		'Sec-WebSocket-Version: 13',
		'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
		`Sec-WebSocket-Protocol: ${subprotocol}`,
		...headers,
		'',
		'',
	].join('\r\n');
}
