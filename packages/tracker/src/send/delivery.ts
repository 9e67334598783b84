import type { Outcome, ServerMessage } from '@footfall/protocol';
import type { BatchQueue, FrozenBatch } from '../queue/batch-queue.js';
import { backoffMs } from './backoff.js';
import { beacon } from './beacon.js';
import { post } from './post.js';
import { connectSocket, type Socket } from './socket.js';

/** Batches under way on a connection before the first of them is acknowledged. */
const inFlightMax = 8;
/** Connections in a row that bring no acknowledgement until HTTP is tried: the first may be a restart, more are a wall. */
const failuresBeforeHttp = 2;
/** Longest that a collector can put us off, milliseconds. */
const retryMsMax = 60_000;
/** Time for a beacon to arrive before a page that is still there sends the same again and hears the answer, milliseconds. */
const beaconMs = 2_000;

/** Moves batches from the queue to the collector, over whichever way is open, until each has its final outcome. */
export function startDelivery(
	collector: string,
	stream: number,
	queue: BatchQueue,
	onClock: (offsetMs: number) => void,
	onDone: (batch: FrozenBatch, outcome: Outcome) => void,
) {
	const base = collector.replace(/\/$/, '');
	const batchUrl = `${base}/v1/batch`;
	let socket: Socket;
	let isOpen = false;
	let failures = 0;
	let postFailures = 0;
	let reconnectMs = 0;
	let pause: ReturnType<typeof setTimeout> | undefined;

	function connect(): void {
		socket = connectSocket(
			`${base.replace('http', 'ws')}/v1/socket`,
			onMessage,
			() => !isOpen || queue._inFlight() > 0,
			() => {
				// A closed connection forgets what was under way on it; a POST goes on.
				if (isOpen) queue._putBack();
				isOpen = false;
				setTimeout(connect, reconnectMs + backoffMs(++failures));
				reconnectMs = 0;
				pump();
			},
		);
	}

	function onMessage(message: ServerMessage): void {
		if (message[0] === 'hello') {
			isOpen = true;
			onClock(message[1] - Date.now());
			resume();
		} else if (message[0] === 'goodbye') {
			reconnectMs = Math.min(message[1], retryMsMax);
			socket._close();
		} else if (message[0] === 'ack') {
			const [, ofStream, sequence, outcome, retryAfterMs] = message;
			failures = 0;
			if (ofStream === stream) onAck(sequence, outcome, retryAfterMs);
		}
	}

	function onAck(sequence: number | null, outcome: Outcome, retryAfterMs = 0): void {
		const batch = queue._find(sequence);
		if (!batch) return;
		if (outcome === 'retry-later') {
			batch._inFlight = false;
			rest(Math.min(retryAfterMs, retryMsMax) + backoffMs(1));
		} else {
			queue._remove(batch);
			onDone(batch, outcome);
			pump();
		}
	}

	/** Sends what may be sent now. */
	function pump(): void {
		if (pause) return;
		if (isOpen) queue._send(inFlightMax, ({ _bytes }) => socket._send(_bytes));
		else if (failures >= failuresBeforeHttp) queue._send(1, postBatch);
	}

	/** One batch after the other, for as long as no WebSocket opens. */
	async function postBatch(batch: FrozenBatch): Promise<void> {
		try {
			const answer = await post(batchUrl, batch._bytes);
			if (answer[0] !== 'ack') throw answer;
			postFailures = 0;
			// Here it is known which batch is answered, even where it was too broken to name itself.
			onAck(batch._sequence, answer[3], answer[4]);
		} catch {
			batch._inFlight = false;
			rest(backoffMs(++postFailures));
		}
	}

	function rest(ms: number): void {
		clearTimeout(pause);
		pause = setTimeout(resume, ms);
	}

	function resume(): void {
		clearTimeout(pause);
		pause = undefined;
		pump();
	}

	connect();
	return {
		_pump: pump,
		/**
		 * The page may never run again: every batch that is not acknowledged goes out now.
		 *
		 * @param freeze brings what is not in a batch yet into the queue
		 */
		_leave(freeze: () => void): void {
			// First, so that the last batch goes out once, not on the socket as well.
			rest(beaconMs);
			freeze();
			queue._handOver(({ _bytes }) => beacon(batchUrl, _bytes));
		},
	};
}
