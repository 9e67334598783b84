import { setTimeout as wait } from 'node:timers/promises';
import type { Ack } from '@footfall/protocol';
import type { Draws } from '@footfall/random';
import type { Ledger } from './ledger.js';
import { PageSocket } from './page-socket.js';
import type { PageTraffic, SentBatch } from './page-traffic.js';

/** Dependencies of the crowd. */
export interface CrowdParts {
	traffic: PageTraffic;
	ledger: Ledger;
	random: Draws;
	/** The current URL of each collector; undefined while it is down. */
	collectorUrls: () => readonly (string | undefined)[];
	eventsPerSecond: number;
}

/** A batch that is not acknowledged. */
interface Unacked {
	batch: SentBatch;
	/** The collector that it was sent to last; undefined before the first time. */
	socket: PageSocket | undefined;
	/** The collector that the next attempt skips, because the last attempt went to it. */
	notTo: number | undefined;
	sentAtMs: number;
	/** The earliest time of the next attempt; undefined while an ack is awaited. */
	dueAtMs: number | undefined;
}

const tickMs = 10;
const socketsPerCollector = 4;
/** Maximum number of unacknowledged batches, since the memory of pages is bounded too. */
const unackedMax = 4_000;
/** Time without an ack after which a batch is sent to another collector, ms. */
const ackMsMax = 5_000;
/** Probability that a connection is cut, per tick. */
const cutChance = 0.02;

/**
 * Pages that send at a steady rate and never drop a batch: one without an acknowledgement is sent, as the same bytes,
 * to another collector.
 */
export class Crowd {
	/** Number of batches that were sent again. */
	sentAgain = 0;
	/** Number of batches that were refused for good, which never happens to well-formed batches. */
	refused = 0;
	readonly #parts: CrowdParts;
	readonly #unacked = new Map<string, Unacked>();
	readonly #sockets = new Set<PageSocket>();
	#producing: boolean = true;
	readonly #running: Promise<void>;
	#closed: boolean = false;
	/** Number of events created since a moment. */
	#made = 0;
	#madeSinceMs = performance.now();

	constructor(parts: CrowdParts) {
		this.#parts = parts;
		this.#running = this.#run();
	}

	/** Number of batches that wait for an acknowledgement. */
	get unacked(): number {
		return this.#unacked.size;
	}

	/** Sends a batch until it is acknowledged. */
	send(batch: SentBatch): void {
		const unacked: Unacked = { batch, socket: undefined, notTo: undefined, sentAtMs: 0, dueAtMs: 0 };
		this.#unacked.set(keyOf(batch.stream, batch.sequence), unacked);
	}

	/** Creates no more events; existing batches are still sent until they are acknowledged. */
	stopProducing(): void {
		this.#producing = false;
	}

	/** Cuts all connections. */
	async close(): Promise<void> {
		this.#closed = true;
		for (const socket of this.#sockets) socket.cut();
		await this.#running;
	}

	async #run(): Promise<void> {
		while (!this.#closed) {
			this.#connect();
			if (this.#producing) this.#produce();
			this.#sendDue();
			if (this.#producing && this.#parts.random.chance(cutChance)) this.#parts.random.pick([...this.#sockets])?.cut();
			await wait(tickMs);
		}
	}

	#connect(): void {
		for (const [collector, url] of this.#parts.collectorUrls().entries()) {
			const present = [...this.#sockets].filter((socket) => socket.collector === collector).length;
			for (let i = present; url !== undefined && i < socketsPerCollector; i++) this.#open(collector, url);
		}
	}

	#open(collector: number, url: string): void {
		const socket = new PageSocket(collector, url, {
			acked: (ack) => this.#onAck(socket, ack),
			closed: () => {
				this.#sockets.delete(socket);
				for (const unacked of this.#unacked.values()) if (unacked.socket === socket) sendElsewhere(unacked, 0);
			},
		});
		this.#sockets.add(socket);
	}

	/** Events that were not created while too many batches were unacknowledged are not created later. */
	#produce(): void {
		const { traffic, eventsPerSecond } = this.#parts;
		const nowMs = performance.now();
		while (((nowMs - this.#madeSinceMs) / 1000) * eventsPerSecond > this.#made) {
			if (this.#unacked.size >= unackedMax) {
				this.#madeSinceMs = nowMs;
				this.#made = 0;
				return;
			}
			const batch = traffic.next();
			this.#made += batch.events;
			this.send(batch);
		}
	}

	#sendDue(): void {
		const nowMs = performance.now();
		const open = [...this.#sockets].filter((socket) => socket.isOpen);
		for (const unacked of this.#unacked.values()) {
			if (unacked.dueAtMs === undefined && nowMs > unacked.sentAtMs + ackMsMax) sendElsewhere(unacked, 0);
			if (unacked.dueAtMs === undefined || unacked.dueAtMs > nowMs) continue;
			const others = open.filter((socket) => socket.collector !== unacked.notTo);
			if (others.length > 0) this.#send(unacked, this.#parts.random.pick(others), nowMs);
		}
	}

	#send(unacked: Unacked, socket: PageSocket, nowMs: number): void {
		if (unacked.socket !== undefined) this.sentAgain++;
		unacked.socket = socket;
		unacked.sentAtMs = nowMs;
		unacked.dueAtMs = undefined;
		socket.send(unacked.batch.frame);
	}

	#onAck(socket: PageSocket, [, stream, sequence, outcome, retryAfterMs = 0]: Ack): void {
		const key = keyOf(stream, sequence);
		const unacked = this.#unacked.get(key);
		// Another collector has acknowledged it already.
		if (unacked === undefined) return;
		if (outcome === 'retry-later') {
			if (unacked.socket === socket) sendElsewhere(unacked, performance.now() + retryAfterMs);
			return;
		}
		this.#unacked.delete(key);
		if (outcome === 'stored' || outcome === 'duplicate') this.#parts.ledger.add(unacked.batch, outcome);
		else this.refused++;
	}
}

function sendElsewhere(unacked: Unacked, dueAtMs: number): void {
	unacked.notTo = unacked.socket?.collector;
	unacked.dueAtMs = dueAtMs;
}

function keyOf(stream: number | null, sequence: number | null): string {
	return `${stream} ${sequence}`;
}
