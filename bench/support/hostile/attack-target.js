// Opens raw connections to the collector, since a library for WebSockets or HTTP would slow an attacker down.
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { upgradeRequest } from '../upgrade-request.js';
import { answerOf, drop, firstBytes, settled } from './raw-connection.js';

/** The one address that all attacks use. */
const attackerAddress = '198.51.100.66';
const openMsMax = 10_000;
const failurePauseMs = 5;

/** The collector under attack, for a bounded time. It counts the requests of the attacker and the answers. */
export class AttackTarget {
	#hostname;
	#port;
	#deadlineMs;
	/**
	 * Number of answers by HTTP status, or by outcome when they came over a socket; `ended` for connections that ended
	 * without an answer.
	 */
	counts = { sent: 0 };

	constructor(url, seconds) {
		const { hostname, port } = new URL(url);
		this.#hostname = hostname;
		this.#port = Number(port);
		this.#deadlineMs = performance.now() + seconds * 1_000;
	}

	get isOver() {
		return performance.now() > this.#deadlineMs;
	}

	count(what, by = 1) {
		this.counts[what] = (this.counts[what] ?? 0) + by;
	}

	/** Opens a connection. Returns `undefined` on failure. */
	async connect() {
		const socket = connect(this.#port, this.#hostname);
		socket.setNoDelay(true);
		socket.on('error', () => {});
		await settled(socket, 'connect', openMsMax);
		if (socket.readyState === 'open') return socket;
		socket.destroy();
		this.count('unconnected');
		await wait(failurePauseMs);
		return undefined;
	}

	/** Opens a WebSocket connection that is paused. Returns `undefined` when the collector refused the upgrade. */
	async openSocket(isCompressed = false) {
		const socket = await this.connect();
		if (socket === undefined) return undefined;
		socket.write(upgradeRequest(this.#hostname, { isCompressed, address: attackerAddress }));
		const head = await firstBytes(socket, openMsMax);
		if (head.startsWith('HTTP/1.1 101')) return socket;
		this.count(head === '' ? 'ended' : head.slice(9, 12));
		socket.destroy();
		await wait(failurePauseMs);
		return undefined;
	}

	/** The head of a request, with the attacker's address. */
	head(method, path, headers = {}) {
		const all = { Host: this.#hostname, 'X-Forwarded-For': attackerAddress, ...headers };
		const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
		return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
	}

	/** A whole request with a body. */
	post(path, type, body) {
		const head = this.head('POST', path, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) });
		return Buffer.concat([Buffer.from(head), Buffer.from(body)]);
	}

	/** Sends a request and reads its whole answer. Returns the status, or `ended`. */
	async ask(socket, request) {
		socket.write(request);
		this.count('sent');
		const status = await answerOf(socket);
		this.count(status);
		return status;
	}

	/** Repeats an action on several lanes at the same time, until the time is over. */
	lanes(count, round) {
		const lane = async (_, index) => {
			while (!this.isOver) await round(index);
		};
		return Promise.all(Array.from({ length: count }, lane));
	}

	/** Sends requests on lanes, each of which keeps its connection as long as the collector does. */
	async askOnLanes(count, requestOf) {
		const sockets = [];
		await this.lanes(count, async (index) => {
			const socket = sockets[index] ?? (await this.connect());
			sockets[index] = socket;
			if (socket === undefined) return;
			const status = await this.ask(socket, requestOf(index));
			if (status === 'ended' || socket.readyState !== 'open') sockets[index] = drop(socket);
		});
	}

	/**
	 * Writes chunks to sockets at the pace at which the collector reads them, replaces sockets that end, and reads and
	 * counts acknowledgements.
	 */
	async flood(count, chunkOf, { isCompressed = false, isRead = true } = {}) {
		await this.lanes(count, async (index) => {
			const socket = await this.openSocket(isCompressed);
			if (socket === undefined) return;
			if (isRead) socket.on('data', (chunk) => this.#countAcks(chunk)).resume();
			while (!this.isOver && socket.readyState === 'open') {
				const { bytes, messages } = chunkOf(index);
				this.count('sent', messages);
				if (!socket.write(bytes)) await settled(socket, 'drain', openMsMax);
				// Answers are read between two chunks; otherwise they would be read only at the end.
				else await new Promise(setImmediate);
			}
			if (!this.isOver) this.count('ended');
			socket.destroy();
		});
	}

	/** Counts acknowledgements. One that is split over two chunks is not counted. */
	#countAcks(chunk) {
		for (const [, outcome] of chunk.latin1Slice().matchAll(/\["ack",[^\]]*?"([a-z-]+)"/g)) this.count(outcome);
	}
}
