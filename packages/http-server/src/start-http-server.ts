import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { wideNetworkShare } from '@footfall/addresses';
import { Connections } from './connections.js';
import type { HttpReply, HttpRequest } from './message.js';
import { lingerMs, refuse, statusOfFault } from './refuse.js';
import { bodyBytesMax, requestFault } from './request-fault.js';
import { sendReply } from './send-reply.js';

interface HttpServerOptions {
	/** Address to listen on. */
	host: string;
	/** 0 takes any free one. */
	port: number;
	/** Answers a request that is in order. */
	answer(request: HttpRequest): Promise<HttpReply> | HttpReply;
	/** Is told what `answer` throws; the sender gets 500. */
	onFault(error: unknown): void;
}

/** A server that listens. */
export interface HttpServer {
	port: number;
	/** Closes every connection and the port. */
	stop(): Promise<void>;
}

const networkConnectionsMax = 128;
const wideNetworkConnectionsMax = wideNetworkShare * networkConnectionsMax;
const bounds = {
	networkConnectionsMax,
	wideNetworkConnectionsMax,
	/** The largest network leaves room for as many as an address may have. */
	connectionsMax: wideNetworkConnectionsMax + networkConnectionsMax,
	/** No browser sends a hundred requests on one connection at once. */
	openRequestsMax: 100,
};
/**
 * Connections that the system keeps for us until we get to them; those beyond it would come again only after a second.
 */
const backlogMax = 4_096;
/** Longest request line and headers, bytes; Node's own bound is 16 KiB. */
const headerBytesMax = 8_192;
/** Bytes of a refused body that are thrown away, so that its sender reads the answer before the connection closes. */
const discardedBytesMax = 4_194_304;

const timeouts = {
	/** For a whole request, milliseconds. */
	requestTimeout: 10_000,
	headersTimeout: 10_000,
	/** Between two looks at these, milliseconds. */
	connectionsCheckingInterval: 1_000,
};
/** Longest time in which nothing of an answer is read, milliseconds. */
const silenceMsMax = 30_000;

/**
 * Listens, and answers requests of bounded size on a bounded number of connections. Whoever holds many of them open
 * keeps nobody out: where one network, or all together, hold too many, those end that have been waiting for their
 * senders longest.
 *
 * @throws Node's error when the port cannot be had
 */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
	const server = createServer({ maxHeaderSize: headerBytesMax, ...timeouts });
	// None is left out; those that are too many are counted and refused.
	server.maxHeadersCount = 0;
	const connections = new Connections(bounds);
	listenForConnections(server, connections);
	const serve = (incoming: IncomingMessage, response: ServerResponse, fault?: number) => {
		connections.inTurn(incoming, () =>
			respond(options, connections, incoming, response, fault).catch((error) => {
				options.onFault(error);
				incoming.socket.destroy();
			}),
		);
	};
	server.on('request', (incoming, response) => serve(incoming, response));
	// Bodies are so short that nobody has to ask before sending one.
	server.on('checkContinue', (incoming, response) => serve(incoming, response, 417));
	server.on('checkExpectation', (incoming, response) => serve(incoming, response, 417));
	await listen(server, options);
	return {
		port: (server.address() as AddressInfo).port,
		stop: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				connections.endAll();
			}),
	};
}

function listenForConnections(server: Server, connections: Connections): void {
	const refused = new WeakSet<object>();
	server.on('connection', (socket) => {
		socket.on('error', () => undefined);
		connections.add(socket);
	});
	server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
		// The bytes that follow bytes which are no request are none either.
		if (refused.has(socket)) return;
		refused.add(socket);
		connections.afterAnswers(socket as Socket, () => refuse(socket, statusOfFault(error)));
	});
	server.on('connect', ({ socket }) => connections.afterAnswers(socket, () => refuse(socket, 405)));
	server.timeout = silenceMsMax;
	server.on('timeout', (socket) => {
		if (!connections.isAnswering(socket)) socket.destroy();
	});
}

/** @param fault status of a refusal that is decided already */
async function respond(
	{ answer, onFault }: HttpServerOptions,
	connections: Connections,
	incoming: IncomingMessage,
	response: ServerResponse,
	fault = faultOf(incoming),
): Promise<void> {
	const { socket, method = '', headers } = incoming;
	const body = fault === undefined ? await readBody(incoming) : undefined;
	const target = `http://x${incoming.url}`;
	if (body === undefined || !URL.canParse(target)) {
		await sendRefusal(incoming, response, fault ?? 400);
		return;
	}
	const { pathname: path, searchParams: query } = new URL(target);
	const reply = await connections.whileAnswering(socket, async () => {
		try {
			return await answer({ method, path, query, headers, body });
		} catch (error) {
			onFault(error);
			return { status: 500, headers: {}, body: '' };
		}
	});
	await sendReply(response, reply, () => connections.progress(socket));
}

function faultOf({ httpVersion, url = '', rawHeaders }: IncomingMessage): number | undefined {
	return requestFault({ httpVersion, target: url, rawHeaders });
}

/** Says no, throws away what the sender has begun to send, and closes. */
async function sendRefusal(incoming: IncomingMessage, response: ServerResponse, status: number): Promise<void> {
	response.writeHead(status, { Connection: 'close', 'Content-Length': 0 });
	response.flushHeaders();
	await Promise.race([
		readAtMost(incoming, discardedBytesMax, () => undefined),
		wait(lingerMs, undefined, { ref: false }),
	]);
	response.end();
}

/** Undefined when it is too long, or did not come to its end. */
async function readBody(incoming: IncomingMessage): Promise<string | undefined> {
	const chunks: Buffer[] = [];
	const isWhole = await readAtMost(incoming, bodyBytesMax, (chunk) => void chunks.push(chunk));
	return isWhole ? Buffer.concat(chunks).toString('utf8') : undefined;
}

/** Reads a body. @returns whether it came to its end within the bound */
function readAtMost(incoming: IncomingMessage, bytesMax: number, onChunk: (chunk: Buffer) => void): Promise<boolean> {
	let leftBytes = bytesMax;
	return new Promise((resolve) => {
		const settle = (isWhole: boolean) => {
			incoming.off('data', read);
			resolve(isWhole);
		};
		const read = (chunk: Buffer) => {
			leftBytes -= chunk.length;
			if (leftBytes < 0) settle(false);
			else onChunk(chunk);
		};
		if (incoming.readableEnded || incoming.destroyed) settle(true);
		incoming.on('data', read);
		incoming.once('end', () => settle(true));
		incoming.once('close', () => settle(false));
	});
}

function listen(server: Server, { host, port }: HttpServerOptions): Promise<void> {
	return new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen({ port, host, backlog: backlogMax }, () => {
			server.off('error', reject);
			resolve();
		});
	});
}
