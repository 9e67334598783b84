import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { PageSocket } from './page-socket.js';

/** The reason with which a socket closes if its server does this with every connection. */
async function reasonOf(serve: (socket: Socket) => void): Promise<string> {
	const server = createServer((socket) => {
		socket.on('error', () => undefined);
		serve(socket);
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	try {
		const reason = await new Promise<Error>((close) => {
			new PageSocket(
				new URL(`http://127.0.0.1:${port}/v1/ws`),
				{},
				{ open: () => undefined, text: () => undefined, close },
			);
		});
		return reason.message;
	} finally {
		server.close();
	}
}

describe('the socket of a simulated page', () => {
	it('reports the response of a server that does not open a WebSocket', async () => {
		const reason = await reasonOf((socket) => socket.end('HTTP/1.1 404 Not Found\r\n\r\n'));
		expect(reason).toBe('the server did not open a WebSocket: it answered HTTP/1.1 404 Not Found');
	});

	it('closes the connection if the response to the upgrade is too long', async () => {
		let written = 0;
		const reason = await reasonOf((socket) => {
			const more = () => {
				while (!socket.destroyed && socket.write('x'.repeat(4_096))) written += 4_096;
			};
			socket.on('drain', more);
			more();
		});
		expect(reason).toBe('the server did not open a WebSocket: its response is too long');
		expect(written).toBeGreaterThan(16_384);
	});
});
