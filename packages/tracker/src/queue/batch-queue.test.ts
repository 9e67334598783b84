import { describe, expect, it } from 'vitest';
import { batchQueue, type FrozenBatch } from './batch-queue.js';

const batch = (sequence: number, bytes = 10): FrozenBatch => ({
	_sequence: sequence,
	_bytes: new Uint8Array(bytes),
	_events: 3,
});

function queueOf(count: number) {
	const queue = batchQueue();
	for (let i = 0; i < count; i++) queue._push(batch(i));
	return queue;
}

type Queue = ReturnType<typeof batchQueue>;

/** Sequences that are sent when so many may be under way. */
function send(queue: Queue, inFlightMax: number): number[] {
	const sent: number[] = [];
	queue._send(inFlightMax, ({ _sequence }) => sent.push(_sequence));
	return sent;
}

function acknowledge(queue: Queue, sequence: number): void {
	const found = queue._find(sequence);
	if (found) queue._remove(found);
}

function handOver(queue: Queue, room = Number.POSITIVE_INFINITY): number[] {
	const taken: number[] = [];
	queue._handOver(({ _sequence }) => taken.length < room && taken.push(_sequence) > 0);
	return taken;
}

describe('the queue of frozen batches', () => {
	it('sends in order, no more at once than allowed', () => {
		const queue = queueOf(5);
		expect(send(queue, 3)).toEqual([0, 1, 2]);
		expect(send(queue, 3)).toEqual([]);
		acknowledge(queue, 1);
		expect(send(queue, 3)).toEqual([3]);
		expect(queue._inFlight()).toBe(3);
	});

	it('forgets a batch by its own sequence, whatever else was acknowledged or dropped', () => {
		const queue = queueOf(4);
		acknowledge(queue, 2);
		acknowledge(queue, 2);
		acknowledge(queue, 99);
		expect(send(queue, 9)).toEqual([0, 1, 3]);
	});

	it('sends again, and the very same bytes, what was under way on a connection that is gone', () => {
		const queue = queueOf(3);
		const bytes = queue._find(0)?._bytes;
		send(queue, 2);
		queue._putBack();
		expect(send(queue, 9)).toEqual([0, 1, 2]);
		expect(queue._find(0)?._bytes).toBe(bytes);
	});

	it('drops the oldest beyond 200 batches, and says how many events that were', () => {
		const queue = queueOf(200);
		expect(queue._push(batch(200))).toBe(3);
		expect(queue._push(batch(201))).toBe(3);
		expect(queue._find(1)).toBeUndefined();
		expect(queue._find(2)).toBeDefined();
		expect(queue._find(201)).toBeDefined();
	});

	it('drops the oldest beyond a million bytes', () => {
		const queue = batchQueue();
		const lost = Array.from({ length: 20 }, (_, i) => queue._push(batch(i, 60_000)));
		expect(lost.reduce((sum, events) => sum + events, 0)).toBe(4 * 3);
		expect([queue._find(3), queue._find(4)?._sequence]).toEqual([undefined, 4]);
	});

	it('hands every batch over once, keeps all of them, and offers again what was not taken', () => {
		const queue = queueOf(3);
		send(queue, 1);
		expect(handOver(queue, 2)).toEqual([0, 1]);
		expect(handOver(queue)).toEqual([2]);
		expect(handOver(queue)).toEqual([]);
		expect(queue._hasBefore(1)).toBe(true);
		queue._putBack();
		expect(send(queue, 9)).toEqual([0, 1, 2]);
	});

	it('hands over again what was sent since', () => {
		const queue = queueOf(1);
		handOver(queue);
		send(queue, 1);
		expect(handOver(queue)).toEqual([0]);
	});

	it('knows whether anything before a sequence still waits', () => {
		const queue = queueOf(2);
		expect([queue._hasBefore(0), queue._hasBefore(1)]).toEqual([false, true]);
		acknowledge(queue, 0);
		expect([queue._hasBefore(1), queue._hasBefore(2)]).toEqual([false, true]);
	});
});
