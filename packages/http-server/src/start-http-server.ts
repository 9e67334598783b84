import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { wideNetworkShare } from '@footfall/addresses';
import { portRefusal } from '@footfall/host';
import { Connections } from './connections.js';
import type { HttpReply, HttpRequest } from './message.js';
import { lingerMs, refuse, statusOfFault } from './refuse.js';
import { bodyBytesMax, requestFault } from './request-fault.js';
import { sendReply } from './send-reply.js';

interface HttpServerOptions {
	/** Address to listen on. */
	host: string;
	/** Port to listen on; 0 for any free one. */
	port: number;
	/** The flag that sets the port, such as `--dashboard-port`, for the refusal. */
	portFlag: string;
	/** Answers a valid request. */
	answer(request: HttpRequest): Promise<HttpReply> | HttpReply;
	/** Called with each error that `answer` throws; the sender gets 500. */
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
 * Listen backlog: connections that the kernel holds until the server accepts them. A client beyond it retries after a
 * second.
 */
const backlogMax = 4_096;
/** Maximum size of request line and headers, bytes; Node's default is 16 KiB. */
const headerBytesMax = 8_192;
/** Bytes of a refused body that are discarded, so that its sender reads the answer before the connection closes. */
const discardedBytesMax = 4_194_304;

const timeouts = {
	/** Timeout for receiving a complete request, ms. */
	requestTimeout: 10_000,
	headersTimeout: 10_000,
	/** Interval of the checks of these timeouts, ms. */
	connectionsCheckingInterval: 1_000,
};
/** Timeout for a client that reads nothing of its answer, ms. */
const silenceMsMax = 30_000;

/**
 * Listens, and answers requests of bounded size on a bounded number of connections. A sender that holds many
 * connections cannot keep others out: if one network, or all networks together, have too many, the server ends those
 * that have been waiting for their senders longest.
 *
 * @throws StartRefusal when it cannot listen on the port
 */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
	const server = createServer({ maxHeaderSize: headerBytesMax, ...timeouts });
	// No header is dropped; a request with too many is counted and refused.
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
	// Bodies are so short that no sender has to ask with `Expect` before sending one.
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
		// Bytes after an invalid request are not a valid request either.
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

/** @param fault status of the refusal, when the request is refused before it is read */
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

/** Refuses the request with a JSON error, discards what the sender has begun to send, and closes the connection. */
async function sendRefusal(incoming: IncomingMessage, response: ServerResponse, status: number): Promise<void> {
	const error = JSON.stringify({ error: STATUS_CODES[status] });
	const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(error) };
	const accepted = status === 415 ? { 'Accept-Encoding': 'identity' } : {};
	response.writeHead(status, { Connection: 'close', ...headers, ...accepted });
	// The headers of an answer to HEAD would otherwise wait for the end.
	response.flushHeaders();
	response.write(error);
	await Promise.race([
		readAtMost(incoming, discardedBytesMax, () => undefined),
		wait(lingerMs, undefined, { ref: false }),
	]);
	response.end();
}

/** The body; undefined when it is too long or incomplete. */
async function readBody(incoming: IncomingMessage): Promise<string | undefined> {
	const chunks: Buffer[] = [];
	const isWhole = await readAtMost(incoming, bodyBytesMax, (chunk) => void chunks.push(chunk));
	return isWhole ? Buffer.concat(chunks).toString('utf8') : undefined;
}

/**
 * Reads a body.
 * @returns whether it was complete and within the limit
 */
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

async function listen(server: Server, { host, port, portFlag }: HttpServerOptions): Promise<void> {
	try {
		server.listen({ port, host, backlog: backlogMax });
		await once(server, 'listening');
	} catch (error) {
		throw portRefusal({ host, port }, portFlag, (error as NodeJS.ErrnoException).code);
	}
}
