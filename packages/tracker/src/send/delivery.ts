import { type Ack, type ServerMessage, subprotocol } from '@footfall/protocol';
import { attempt } from '../attempt.js';
import { setClock } from '../clock.js';
import { tell } from '../listeners.js';
import { batchName, find, lose, putBack, remove, waiting } from '../queue/queue.js';
import { settings } from '../settings.js';
import { backoffMs } from './backoff.js';

/** Batches under way on a connection before the first of them is acknowledged. */
const inFlightMax = 8;
/** Failures in a row after which we are not wanted here: nothing is tried until the page is looked at again. */
const failuresMax = 20;
/** Longest that a collector can put us off, milliseconds. */
const retryMsMax = 60_000;
/** Time for a beacon to arrive before a page that is still there sends the same again and hears the answer, milliseconds. */
const beaconMs = 2_000;
/** Longest wait for the greeting, milliseconds: a proxy may swallow the upgrade and say nothing. */
const greetingMsMax = 5_000;
/** A connection that has been owing us a word for this long, milliseconds, is dead though nobody has said so. */
const silenceMsMax = 20_000;

let socket: WebSocket | undefined;
/** The collector has greeted us. */
export let isOpen = false;
/** No WebSocket gets through, or none did until something changes. */
let isHttp = false;
/** Attempts in a row without an acknowledgement. */
let failures = 0;
let resting: ReturnType<typeof setTimeout> | undefined;
let silence: ReturnType<typeof setTimeout>;

const url = (path: string) => settings.collector.replace(/\/$/, '') + path;

/** Sends what may be sent now, over whichever way is open. */
export function pump(): void {
	if (resting) return;
	if (!isOpen && !isHttp) connect();
	for (const batch of waiting.slice(0, isOpen ? inFlightMax : isHttp ? 1 : 0)) {
		if (batch._inFlight) continue;
		batch._inFlight = true;
		if (isOpen) socket?.send(batch._bytes);
		else {
			// Bytes have no content type, so no preflight is needed.
			fetch(url('/v1/batch'), { method: 'POST', body: batch._bytes, keepalive: true, credentials: 'omit' })
				.then((answer) => answer.json())
				.then(hear)
				.catch(fail);
		}
		watch(silenceMsMax);
	}
}

/**
 * One WebSocket at a time. The collector pings it and browsers answer that by themselves; on this side an answer that does
 * not come shows that it is dead.
 */
function connect(): void {
	if (socket) return;
	// A policy of the page may forbid it: as good as closed.
	const mine = attempt(() => new WebSocket(url('/v1/socket').replace('http', 'ws'), subprotocol));
	socket = mine;
	watch(mine ? greetingMsMax : 0);
	if (!mine) return;
	mine.onclose = mine.onerror = () => mine === socket && fail();
	mine.onmessage = ({ data }) => {
		if (mine !== socket) return;
		watch(silenceMsMax);
		try {
			hear(JSON.parse(data));
		} catch {
			// Whoever speaks like this is no collector.
			fail();
		}
	};
}

/** Ends a connection that does not end in time, unless nothing is expected of it. */
function watch(ms: number): void {
	clearTimeout(silence);
	silence = setTimeout(() => (!(isOpen || isHttp) || waiting.some(({ _inFlight }) => _inFlight)) && fail(), ms);
}

function hear(message: ServerMessage): void {
	if (message[0] === 'hello') {
		putBack();
		isOpen = true;
		isHttp = false;
		setClock(message[1]);
		resume();
	} else if (message[0] === 'goodbye') {
		disconnect();
		restAfter(message[1]);
	} else if (message[0] === 'ack') {
		onAck(message);
	}
}

function onAck([, stream, sequence, outcome, retryAfterMs = 0]: Ack): void {
	const batch = find(batchName(stream, sequence));
	failures = 0;
	if (!batch) return;
	const events = batch._events;
	if (outcome === 'retry-later') {
		batch._inFlight = false;
		restAfter(retryAfterMs);
	} else {
		remove(batch);
		if (outcome !== 'stored' && outcome !== 'duplicate') lose(outcome, events);
		tell('ack', { stream: stream as number, sequence: sequence as number, outcome, events });
		pump();
	}
}

/** The first failure may be a restart. The second in a row is taken for a wall, and HTTP is tried; if that fails, a WebSocket again. */
function fail(): void {
	disconnect();
	putBack();
	isHttp = failures++ > 0 && !isHttp;
	if (isHttp) pump();
	else if (failures < failuresMax) rest(backoffMs(failures));
}

function rest(ms: number): void {
	clearTimeout(resting);
	resting = setTimeout(resume, ms);
}

/** The collector has put us off. */
const restAfter = (ms: number) => rest(Math.min(ms, retryMsMax) + backoffMs(1));

function resume(): void {
	clearTimeout(resting);
	resting = undefined;
	if (!isOpen) putBack();
	pump();
}

/** Something has changed for the better: what was given up or put off is tried now. */
export function wake(): void {
	failures = 0;
	isHttp = false;
	resume();
}

/** Closes the connection until there is something to send. */
export function disconnect(): void {
	const mine = socket;
	socket = undefined;
	isOpen = false;
	clearTimeout(silence);
	mine?.close();
}

/** Sends nothing for a while, so that the beacons that follow are not overtaken. */
export const hold = () => rest(beaconMs);

/**
 * Hands every batch to the browser that is not on its way; it sends them even when the page is gone. Bytes have no content
 * type, so another origin needs no preflight, which a closing page would not survive. What the browser does not take,
 * because 64 KiB are under way already, stays in storage.
 */
export function beaconAll(): void {
	for (const batch of waiting) {
		if (!batch._inFlight || socket?.bufferedAmount) {
			batch._inFlight = !!attempt(() => navigator.sendBeacon(url('/v1/batch'), batch._bytes));
		}
	}
}
