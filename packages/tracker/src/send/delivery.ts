/**
 * Sends the batches that wait, over a WebSocket or by HTTP, until each is acknowledged.
 *
 * `socket`, `inFlightMax` and `pauseTimer` make up the state:
 *
 * | state      | socket | inFlightMax | meaning                                                        |
 * | ---------- | ------ | ----------- | -------------------------------------------------------------- |
 * | closed     | none   | 0           | no connection                                                  |
 * | connecting | set    | 0           | the collector has not greeted yet                              |
 * | open       | set    | 8           | batches go over the WebSocket, up to eight at a time           |
 * | posting    | none   | 1           | no WebSocket gets through: batches are posted, one at a time   |
 *
 * Any of them may also be paused: while `pauseTimer` is set, nothing is sent and no connection is opened.
 *
 * | event                                       | next state                                                        |
 * | ------------------------------------------- | ----------------------------------------------------------------- |
 * | `sendWaiting()`, not paused                 | closed → connecting; open and posting send what is not in flight  |
 * | `hello`                                     | open, not paused                                                  |
 * | `ack` with a final outcome                  | the same; the batch is removed, and the next one is sent          |
 * | `ack` with `retry-later`                    | the same, paused for the time that the collector asks for         |
 * | `goodbye`                                   | closed, paused for the time that the collector asks for           |
 * | first, third, fifth … failure in a row      | closed, paused for the backoff                                    |
 * | second, fourth, sixth … failure in a row    | posting, without a pause of its own                               |
 * | end of the pause                            | the same, not paused; closed and posting resend what is in flight |
 * | `wake()`                                    | open stays open, all others closed; not paused, no failures       |
 * | close of the WebSocket while no batch waits | closed                                                            |
 * | `disconnect()`                              | closed                                                            |
 * | `pauseForBeacons()`                         | the same, paused for 2 s                                          |
 *
 * A failure is a connection that closes while a batch waits, that is not greeted within 5 s or that owes an answer for
 * 20 s, a call of the browser that throws, a post that is rejected, and an answer that is not one of the protocol.
 *
 * `connectionNumber` grows whenever what was in flight is in flight no longer, so a batch is in flight only as long as
 * its `_sentOn` equals it. `failures` counts failures in a row; an acknowledgement and `wake()` reset it.
 */
import { subprotocol } from '@footfall/protocol';
import { page } from '../browser.js';
import { setClock } from '../clock.js';
import { emit } from '../listeners.js';
import { adoptOrphans } from '../queue/orphans.js';
import { batchKey, dropOldest, queued, remove, reportLoss, waiting } from '../queue/queue.js';
import { isOn, settings } from '../settings.js';
import { backoffMs } from './backoff.js';

/** Batches in flight on a WebSocket before the first of them is acknowledged. */
const socketInFlightMax = 8;
/** Posts in flight. */
const httpInFlightMax = 1;
/** Longest pause that a collector can ask for, ms. */
const retryMsMax = 60_000;
/**
 * Time for a beacon to arrive, ms. After it, a page that is still there sends the same batch again, because the answer
 * to a beacon cannot be read.
 */
const beaconMs = 2_000;
/** Longest wait for the greeting, ms: a proxy may swallow the upgrade and never answer. */
const greetingMsMax = 5_000;
/** Longest wait for an answer, ms. A connection that owes one for longer is dead, even if no event has reported it. */
const answerMsMax = 20_000;

type Timer = ReturnType<typeof setTimeout>;

let socket: WebSocket | undefined;
export let connectionNumber = 1;
let inFlightMax = 0;
let failures = 0;
let pauseTimer: Timer | undefined;
let greetingTimer: Timer | undefined;

/** Returns whether a WebSocket takes batches. */
export const isOpen = () => inFlightMax > httpInFlightMax;

/** Sends the batches that may be in flight and are not, over the way that is open, and connects if none is. */
export function sendWaiting(): void {
	dropOldest();
	if (pauseTimer || !isOn) return;
	try {
		if (!inFlightMax && !socket) connect();
		for (const batch of queued().slice(0, inFlightMax)) {
			if (batch._sentOn === connectionNumber) continue;
			const sentOn = connectionNumber;
			const failNow = () => sentOn === connectionNumber && fail();
			if (isOpen()) socket?.send(batch);
			else {
				// A body of bytes has no content type, so the browser needs no preflight:
				// https://fetch.spec.whatwg.org/#concept-bodyinit-extract
				page
					.fetch(`${settings.collector}/v1/batch`, { method: 'POST', body: batch, keepalive: true })
					.then((answer) => answer.text())
					.then(receive, failNow);
			}
			// Only after sending: if the browser stops this code in between, the batch must not count as sent.
			batch._sentOn = sentOn;
			batch._timer = setTimeout(failNow, answerMsMax);
		}
	} catch {
		// A policy of the page may forbid the connection (https://w3c.github.io/webappsec-csp/#directive-connect-src), and a
		// page or an extension may have replaced the functions.
		fail();
	}
}

/**
 * Opens the one WebSocket. The collector pings it, and browsers answer pings by themselves, without telling the page
 * (https://websockets.spec.whatwg.org/#ping-and-pong-frames). On this side only a missing answer shows that the
 * connection is dead.
 */
function connect(): void {
	const mine = new page.WebSocket(`${settings.collector.replace('http', 'ws')}/v1/socket`, subprotocol);
	socket = mine;
	// Proxies close idle connections. With nothing to send that is no failure, and the next batch connects again.
	mine.onclose = () => mine === socket && (queued().length ? fail() : disconnect());
	mine.onmessage = ({ data }) => mine === socket && receive(data);
	greetingTimer = setTimeout(fail, greetingMsMax);
}

function receive(text: string): void {
	// The messages need no parser, and a page may have a global `JSON` of its own.
	const words = text.split(/[^\w-]+/) as [string, string, string, string, string, string];
	const [, kind, first, sequence, outcome, retryAfterMs] = words;
	if (kind === 'hello') {
		clearTimeout(greetingTimer);
		connectionNumber++;
		inFlightMax = socketInFlightMax;
		setClock(first);
		resume();
	} else if (kind === 'goodbye') {
		disconnect();
		pauseAsAsked(first);
	} else if (kind === 'ack') {
		failures = 0;
		const key = batchKey(first, sequence);
		const batch = waiting[key];
		if (!batch) return;
		clearTimeout(batch._timer);
		batch._sentOn = 0;
		if (outcome === 'retry-later') {
			pauseAsAsked(retryAfterMs);
		} else {
			remove(key);
			if (!'stored duplicate'.includes(outcome)) reportLoss(outcome as never, batch._events);
			emit('ack', { outcome: outcome as never, events: batch._events });
			sendWaiting();
		}
		// Other kinds are ignored. Anything but a message is not an answer of a collector.
	} else if (text[0] !== '[') fail();
}

/**
 * The first failure may be a restart of the collector, so a WebSocket is tried again after a pause. The second in a row
 * means that WebSockets do not get through, so batches are posted. If a post fails too, a WebSocket is next.
 */
function fail(): void {
	disconnect();
	connectionNumber++;
	if (failures++ % 2) {
		inFlightMax = httpInFlightMax;
		sendWaiting();
	} else pause(backoffMs(failures));
}

function pause(ms: number): void {
	clearTimeout(pauseTimer);
	pauseTimer = setTimeout(resume, ms);
}

/** Pauses for as long as the collector asks, plus a random second at most, so that pages do not return all at once. */
const pauseAsAsked = (ms: string) => pause(Math.min(ms as never, retryMsMax) + backoffMs(1));

function resume(): void {
	pauseTimer = clearTimeout(pauseTimer) as undefined;
	if (!isOpen()) connectionNumber++;
	sendWaiting();
	adoptOrphans(sendWaiting);
}

/** Retries at once, a WebSocket first: the page is visible or online again, or may send again. */
export function wake(): void {
	failures = 0;
	// Keeps 8 and 0, and makes 0 of 1: an open WebSocket stays, posting ends.
	inFlightMax &= socketInFlightMax;
	resume();
}

/** Closes the connection until there is something to send. */
export function disconnect(): void {
	clearTimeout(greetingTimer);
	socket = socket?.close() as undefined;
	inFlightMax = 0;
}

/** Sends nothing for a while, so that the beacons that follow arrive before anything else. */
export const pauseForBeacons = () => pause(beaconMs);

/**
 * Hands the browser every batch that is not in flight, as a beacon: the browser sends it even when the page is gone
 * (https://w3c.github.io/beacon/#sendbeacon-method). A body of bytes has no content type, so another origin needs no
 * preflight, which a closing page would not survive. The browser refuses what makes the beacons in flight exceed 64 KiB
 * (https://fetch.spec.whatwg.org/#http-network-or-cache-fetch); that stays in storage.
 */
export function beaconAll(): void {
	for (const batch of queued()) {
		if (batch._sentOn !== connectionNumber || socket?.bufferedAmount) {
			// Not in a function of its own, which the browser could stop before the batch counts as sent (see `beaconKept`).
			try {
				if (navigator.sendBeacon(`${settings.collector}/v1/batch`, batch)) batch._sentOn = connectionNumber;
			} catch {
				// A page or an extension may have replaced the function.
			}
		}
	}
}
