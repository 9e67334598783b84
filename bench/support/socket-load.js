// Sends batches over WebSockets from a separate process and prints the answers as one JSON object. Argument: JSON with
// url, connections, events (per batch), window (batches in flight per connection), seconds or batches, perSecond
// (batches of all connections together; without it as fast as acks arrive), and isCompressed, the default of browsers.
// With seconds, the first two of them are not counted: both sides still compile then. Bounded: it stops by itself, and
// earlier when its stdin ends.
import { once } from 'node:events';
import { connect } from 'node:net';
import { compressedMessage, encodedBatch, webSocketMessage } from './frames.js';
import { summaryOf } from './latencies.js';
import { upgradeRequest } from './upgrade-request.js';

const {
	url,
	connections,
	events,
	window,
	seconds = 60,
	batches = Number.POSITIVE_INFINITY,
	perSecond,
	isCompressed = false,
} = JSON.parse(process.argv[2]);
const latenciesMs = [];
const result = { acked: 0, refused: 0, sent: 0 };
const warmUpSeconds = batches === Number.POSITIVE_INFINITY ? 2 : 0;

async function open(index) {
	const { hostname, port } = new URL(url);
	const socket = connect(Number(port), hostname);
	socket.setNoDelay(true);
	await once(socket, 'connect');
	socket.write(upgradeRequest(hostname, { isCompressed }));
	const templates = Array.from({ length: 64 }, (_, i) => {
		const { bytes, sequenceAt } = encodedBatch(index * 1_000 + i + 1, Math.floor(Math.random() * 2 ** 47), events);
		// Compressed when it is sent, since its sequence number is set then.
		const message = isCompressed ? bytes : webSocketMessage(bytes);
		return { message, sequenceAt: sequenceAt + message.length - bytes.length };
	});
	const connection = { socket, templates, sequence: 0x1_0000, sentAtMs: [], acked: 0, held: undefined };
	socket.on('data', (chunk) => receive(connection, chunk));
	socket.on('error', () => {});
	await new Promise((resolve) => {
		connection.onOpen = resolve;
	});
	return connection;
}

function receive(connection, chunk) {
	let data = connection.held === undefined ? chunk : Buffer.concat([connection.held, chunk]);
	if (connection.onOpen !== undefined) {
		const end = data.indexOf('\r\n\r\n');
		if (end === -1) {
			connection.held = data;
			return;
		}
		const isAgreed = data.subarray(0, end).includes('permessage-deflate');
		if (isAgreed !== isCompressed) throw new Error('the collector does not compress as it was asked to');
		data = data.subarray(end + 4);
		connection.onOpen();
		connection.onOpen = undefined;
	}
	let at = 0;
	const now = performance.now();
	for (;;) {
		if (at + 2 > data.length) break;
		const isLong = data[at + 1] === 126;
		if (isLong && at + 4 > data.length) break;
		const start = at + (isLong ? 4 : 2);
		const end = start + (isLong ? data.readUInt16BE(at + 2) : data[at + 1]);
		if (end > data.length) break;
		if ((data[at] & 0x0f) === 1) answer(connection, data, start, end, now);
		at = end;
	}
	connection.held = at < data.length ? Buffer.from(data.subarray(at)) : undefined;
	if (perSecond === undefined) refill(connection);
}

/** Acks come in the order of the batches. */
function answer(connection, data, start, end, now) {
	if (data[start + 2] !== 0x61) return; // ["ack"… and not ["hello"…
	const sentAtMs = connection.sentAtMs[connection.acked++];
	if (data.indexOf('stored', start) < end && data.indexOf('stored', start) !== -1) {
		result.acked++;
		latenciesMs.push(now - sentAtMs);
	} else {
		result.refused++;
	}
}

function refill(connection) {
	const room = window - (connection.sentAtMs.length - connection.acked);
	if (room * 2 >= window) send(connection, room);
}

function send(connection, count) {
	const messages = [];
	for (let i = 0; i < count && result.sent < batches; i++, result.sent++) {
		const { message, sequenceAt } = connection.templates[connection.sequence % 64];
		const copy = Buffer.from(message);
		copy.writeUInt32BE(connection.sequence++, sequenceAt);
		messages.push(isCompressed ? compressedMessage(copy) : copy);
		connection.sentAtMs.push(performance.now());
	}
	if (messages.length > 0) connection.socket.write(Buffer.concat(messages));
}

const all = await Promise.all(Array.from({ length: connections }, (_, i) => open(i)));
const startMs = performance.now();
let countedFromMs = startMs;
let sentBefore = 0;
setTimeout(() => {
	countedFromMs = performance.now();
	sentBefore = result.sent;
	result.acked = 0;
	latenciesMs.length = 0;
}, warmUpSeconds * 1_000);
let isFinished = false;
process.stdin.once('end', () => {
	isFinished = true;
});
process.stdin.resume();
const isDone = () =>
	isFinished ||
	performance.now() - startMs > (seconds + warmUpSeconds) * 1_000 ||
	result.acked + result.refused >= batches;
if (perSecond === undefined) {
	for (const connection of all) send(connection, window);
	while (!isDone()) await new Promise((resolve) => setTimeout(resolve, 20));
} else {
	let turn = 0;
	while (!isDone()) {
		const due = Math.floor(((performance.now() - startMs) / 1_000) * perSecond) - result.sent;
		for (let i = 0; i < due; i++) send(all[turn++ % all.length], 1);
		await new Promise((resolve) => setTimeout(resolve, 1));
	}
}
const elapsedSeconds = (performance.now() - countedFromMs) / 1_000;
const { p50Ms, p99Ms } = summaryOf(latenciesMs);
const perSecondAcked = result.acked / elapsedSeconds;
const report = {
	...result,
	elapsedSeconds,
	batchesPerSecond: perSecondAcked,
	/** Batches that were sent in a second: less than `perSecond` if this process could not keep up. */
	sentPerSecond: (result.sent - sentBefore) / elapsedSeconds,
	p50Ms,
	p99Ms,
};
process.stdout.write(`${JSON.stringify(report)}\n`);
process.exit(0);
