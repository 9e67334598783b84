import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { subprotocol } from '@footfall/protocol';

/** A connection over which a test sends arbitrary bytes. */
export interface RawConnection {
	/** Bytes received so far, one character per byte. */
	readonly received: string;
	readonly isEnded: boolean;
	/** Resolves when the connection has ended, on either side. */
	ended: Promise<void>;
	send(bytes: string | Uint8Array): void;
	/** Resolves when all sent bytes have left this process. */
	sent(): Promise<void>;
	/** Sends one chunk after another at this interval, ms, until the connection ends. */
	trickle(pieces: Iterable<string | Uint8Array>, gapMs: number): Promise<void>;
	/** Resolves when the received bytes match; rejects when the connection ends before. */
	receive(pattern: RegExp): Promise<void>;
	/** Ends the sending side, and still receives. */
	finish(): void;
	/** Closes the connection abruptly. */
	leave(): void;
}

/** Connects to the address of a URL. @param isReading whether received bytes are read */
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

/** A POST request without a body, with these headers and a `Host`. */
export function postHead(path: string, ...headers: string[]): string {
	return [`POST ${path} HTTP/1.1`, 'Host: collector.test', ...headers, '', ''].join('\r\n');
}

/** The upgrade request of a browser. */
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
