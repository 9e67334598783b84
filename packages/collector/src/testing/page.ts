import { once } from 'node:events';
import { subprotocol } from '@footfall/protocol';
import { WebSocket } from 'ws';

/** The page's side of a socket. */
export interface Page {
	/** All messages received from the collector. */
	messages: unknown[][];
	send(bytes: Uint8Array): void;
	/** The next ack, in order of arrival. */
	ack(): Promise<unknown[]>;
	/** Resolves with the close code. */
	closed: Promise<number>;
	close(): void;
}

/** Connects like a browser on `origin` does. @param headers headers that a proxy adds */
export async function openPage(
	url: string,
	origin = 'https://shop.example',
	userAgent = 'test',
	headers: Record<string, string> = {},
): Promise<Page> {
	const ws = new WebSocket(`${url.replace('http', 'ws')}/v1/socket`, subprotocol, {
		origin,
		headers: { 'User-Agent': userAgent, ...headers },
	});
	const messages: unknown[][] = [];
	const waiting: ((ack: unknown[]) => void)[] = [];
	const acks: unknown[][] = [];
	ws.on('message', (data) => {
		const message = JSON.parse(String(data)) as unknown[];
		messages.push(message);
		if (message[0] !== 'ack') return;
		const resolve = waiting.shift();
		if (resolve === undefined) acks.push(message);
		else resolve(message);
	});
	const closed = once(ws, 'close').then(([code]) => code as number);
	closed.catch(() => {});
	await once(ws, 'open');
	return {
		messages,
		send: (bytes) => ws.send(bytes),
		ack() {
			const ack = acks.shift();
			return ack === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(ack);
		},
		closed,
		close: () => ws.close(),
	};
}
