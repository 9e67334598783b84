import { get, type IncomingMessage } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { completePieces } from './complete-pieces.js';

const pieces = ['a', 'b', 'c'].map((letter) => letter.repeat(16_384));
/** Sends its pieces at once and closes the connection before the end of the body, as ClickHouse does on an error. */
const server = createServer((socket) => {
	socket.on('error', () => undefined);
	socket.once('data', () => {
		const chunks = pieces.map((text) => `${text.length.toString(16)}\r\n${text}\r\n`);
		socket.end(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunks.join('')}`);
	});
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => new Promise<void>((resolve, reject) => server.close((error) => (error ? reject(error) : resolve()))));

it('reads every piece that arrived before the connection failed, however slowly they are taken', async () => {
	const { port } = server.address() as AddressInfo;
	const body = await new Promise<IncomingMessage>((resolve, reject) => {
		get({ host: '127.0.0.1', port, agent: false }, resolve).on('error', reject);
	});
	// By now the connection has failed, and nothing has been read.
	await wait(100);
	let text = '';
	const readAll = async () => {
		for await (const piece of completePieces(body)) text += piece.toString();
	};
	await expect(readAll()).rejects.toThrow('aborted');
	expect(text).toBe(pieces.join(''));
});
