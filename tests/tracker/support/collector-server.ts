import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { limits, type Outcome, outcomes, subprotocol } from '@footfall/protocol';
import { type Batch, decodeBatch } from '@footfall/protocol/decode';
import { type WebSocket, WebSocketServer } from 'ws';

/** A batch as it came in. */
export interface Arrival {
	via: 'socket' | 'http';
	bytes: Buffer;
	batch: Batch;
}

/** A request as it came in. */
export interface Seen {
	method: string;
	path: string;
	contentType: string | undefined;
}

/** A real server that speaks the protocol, records everything, and answers as the test wants. */
export class CollectorServer {
	/** Batches, in order of arrival; every one of them was accepted by the decoder. */
	readonly arrivals: Arrival[] = [];
	/** Messages that are not valid batches. The list must stay empty. */
	readonly broken: string[] = [];
	readonly requests: Seen[] = [];
	/** The answer to a batch; undefined for no answer. */
	answer: (batch: Batch) => [outcome: Outcome, retryAfterMs?: number] | undefined = () => ['stored'];
	/** Whether requests for the second file get no answer. */
	withholdsSecondFile: boolean = false;
	/** Whether WebSockets are let in. */
	takesSockets: boolean = true;
	/** The collector's clock minus ours. */
	clockOffsetMs = 0;
	readonly #http: Server;
	readonly #sockets = new WebSocketServer({ noServer: true, handleProtocols: () => subprotocol });
	readonly #scripts: Record<string, string>;

	private constructor(scripts: Record<string, string>) {
		this.#scripts = scripts;
		this.#http = createServer((request, response) => void this.#respond(request, response));
		this.#http.on('upgrade', (request, socket, head) => {
			if (!this.takesSockets) socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
			else this.#sockets.handleUpgrade(request, socket, head, (client) => this.#greet(client));
		});
	}

	/** @param scripts files that it serves, by their paths */
	static async start(scripts: Record<string, string>): Promise<CollectorServer> {
		const server = new CollectorServer(scripts);
		server.#http.listen(0, '127.0.0.1');
		await once(server.#http, 'listening');
		return server;
	}

	get url(): string {
		return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
	}

	/** Names and object ids of all events that arrived, with every copy. */
	get events(): string[] {
		return this.arrivals.flatMap(({ batch }) => batch.events.map(({ name, objId }) => `${name} ${objId}`.trim()));
	}

	/** Pages that hold a socket. */
	get connected(): number {
		return this.#sockets.clients.size;
	}

	/** Says something to every page that is connected. */
	say(message: readonly unknown[]): void {
		for (const client of this.#sockets.clients) client.send(JSON.stringify(message));
	}

	/** Cuts every connection, as a crash does. */
	cut(): void {
		for (const client of this.#sockets.clients) client.terminate();
	}

	async stop(): Promise<void> {
		this.cut();
		this.#http.closeAllConnections();
		this.#http.close();
		await once(this.#http, 'close');
	}

	#greet(client: WebSocket): void {
		const { batchBytesMax, batchEventsMax } = limits;
		client.send(JSON.stringify(['hello', Date.now() + this.clockOffsetMs, { batchBytesMax, batchEventsMax }]));
		client.on('message', (bytes: Buffer) => {
			const ack = this.#take('socket', bytes);
			if (ack) client.send(JSON.stringify(ack));
		});
	}

	async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const { method = '', url: path = '' } = request;
		this.requests.push({ method, path, contentType: request.headers['content-type'] });
		response.setHeader('access-control-allow-origin', '*');
		const script = this.#scripts[path.replace(/\?.*/, '')];
		if (this.withholdsSecondFile && path.startsWith('/footfall-vitals.js')) return;
		if (script !== undefined) {
			response.setHeader('content-type', 'text/javascript').end(script);
		} else if (path === '/v1/batch' && method === 'POST') {
			const ack = this.#take('http', Buffer.concat(await request.toArray()));
			if (!ack) return;
			response.statusCode = outcomes[ack[3]].status;
			response.setHeader('content-type', 'application/json').end(JSON.stringify(ack));
		} else {
			response.writeHead(404).end();
		}
	}

	#take(via: Arrival['via'], bytes: Buffer): ['ack', number, number, Outcome, number?] | undefined {
		const decoded = decodeBatch(bytes);
		if (!decoded.ok) {
			this.broken.push(`${decoded.reason}: ${decoded.detail}`);
			return undefined;
		}
		const { batch } = decoded;
		this.arrivals.push({ via, bytes, batch });
		const answer = this.answer(batch);
		return answer && ['ack', batch.stream, batch.sequence, ...answer];
	}
}
