import { type ServerMessage, subprotocol } from '@footfall/protocol';
import { setClock } from '../clock.js';
import { tell } from '../listeners.js';
import { batchKey, lose, makeRoom, remove, waiting } from '../queue/queue.js';
import { isOn, settings } from '../settings.js';
import { backoffMs } from './backoff.js';

/** Batches under way on a socket before the first of them is acknowledged. */
const socketRoom = 8;
const httpRoom = 1;
/** Longest that a collector can put us off, milliseconds. */
const retryMsMax = 60_000;
/** Time for a beacon to arrive before a page that is still there sends the same again and hears the answer, milliseconds. */
const beaconMs = 2_000;
/** Longest wait for the greeting, milliseconds: a proxy may swallow the upgrade and say nothing. */
const greetingMsMax = 5_000;
/** A connection that has been owing us an answer for this long, milliseconds, is dead though nobody has said so. */
const answerMsMax = 20_000;

let socket: WebSocket | undefined;
/** Changes with the connection: a batch that was sent on an earlier one is not on its way any more. */
let connection = 1;
/** How many batches may be under way: none while nobody has greeted us, and one over HTTP, when no WebSocket gets through. */
let room = 0;
/** Attempts in a row without an acknowledgement. */
let failures = 0;
let resting: ReturnType<typeof setTimeout> | undefined;

const batchUrl = () => `${settings.collector}/v1/batch`;

/** Whether there is a socket that takes batches. */
export const isOpen = () => room > httpRoom;

/** Sends what may be sent now, over whichever way is open. */
export function pump(): void {
	makeRoom();
	if (resting || !isOn) return;
	if (!room && !socket) connect();
	for (const batch of Object.values(waiting).slice(0, room)) {
		if (batch._sentOn === connection) continue;
		const sentOn = connection;
		const failNow = () => sentOn === connection && fail();
		if (isOpen()) socket?.send(batch._bytes);
		else {
			// Bytes have no content type, so no preflight is needed.
			fetch(batchUrl(), { method: 'POST', body: batch._bytes, keepalive: true })
				.then((answer) => answer.text())
				.then(hear, failNow);
		}
		// Not before: code that is stopped in between would take for sent what is not.
		batch._sentOn = sentOn;
		setTimeout(() => batch._sentOn === connection && failNow(), answerMsMax);
	}
}

/**
 * One WebSocket at a time. The collector pings it and browsers answer that by themselves; on this side an answer that does
 * not come shows that it is dead.
 */
function connect(): void {
	// A policy of the page may forbid it: as good as closed.
	try {
		const mine = new WebSocket(`${settings.collector.replace('http', 'ws')}/v1/socket`, subprotocol);
		socket = mine;
		mine.onclose = () => mine === socket && fail();
		mine.onmessage = ({ data }) => mine === socket && hear(data);
		setTimeout(() => mine === socket && !room && fail(), greetingMsMax);
	} catch {
		fail();
	}
}

function hear(text: string): void {
	try {
		const [kind, first, sequence, outcome, retryAfterMs = 0] = JSON.parse(text) as ServerMessage & unknown[];
		if (kind === 'hello') {
			connection++;
			room = socketRoom;
			setClock(first as number);
			resume();
		} else if (kind === 'goodbye') {
			disconnect();
			restAfter(first as number);
		} else if (kind === 'ack') {
			failures = 0;
			const key = batchKey(first, sequence);
			const batch = waiting[key];
			if (!batch) return;
			batch._sentOn = 0;
			if (outcome === 'retry-later') {
				restAfter(retryAfterMs as number);
			} else {
				const events = batch._events;
				remove(key);
				if (outcome !== 'stored' && outcome !== 'duplicate') lose(outcome as never, events);
				tell('ack', { outcome: outcome as never, events });
				pump();
			}
		}
	} catch {
		// Whoever speaks like this is no collector.
		fail();
	}
}

/** The first failure may be a restart. The second in a row is taken for a wall, and HTTP is tried; if that fails, a WebSocket again. */
function fail(): void {
	disconnect();
	connection++;
	if (failures++ % 2) {
		room = httpRoom;
		pump();
	} else rest(backoffMs(failures));
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
	if (!isOpen()) connection++;
	pump();
}

/** Something has changed for the better: what was given up or put off is tried now. */
export function wake(): void {
	failures = 0;
	room &= socketRoom;
	resume();
}

/** Closes the connection until there is something to send. */
export function disconnect(): void {
	socket?.close();
	socket = undefined;
	room = 0;
}

/** Sends nothing for a while, so that the beacons that follow are not overtaken. */
export const hold = () => rest(beaconMs);

/**
 * Hands every batch to the browser that is not on its way; it sends them even when the page is gone. Bytes have no content
 * type, so another origin needs no preflight, which a closing page would not survive. What the browser does not take,
 * because 64 KiB are under way already, stays in storage.
 */
export function beaconAll(): void {
	for (const batch of Object.values(waiting)) {
		if (batch._sentOn !== connection || socket?.bufferedAmount) {
			if (navigator.sendBeacon?.(batchUrl(), batch._bytes)) batch._sentOn = connection;
		}
	}
}
