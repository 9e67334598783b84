import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

type Delivery = typeof import('./delivery.js');
let delivery: Delivery;
/** Attempts to send, in order: `socket` or `post`. */
const tries: string[] = [];
const posts: { reject: () => void }[] = [];
let settings: typeof import('../settings.js');
class NoSocket {
	constructor() {
		tries.push('socket');
		throw new Error('blocked');
	}
}
const minuteMs = 60_000;

beforeEach(async () => {
	vi.resetModules();
	vi.useFakeTimers();
	tries.length = posts.length = 0;
	vi.stubGlobal('dispatchEvent', () => true);
	vi.stubGlobal('navigator', {});
	vi.stubGlobal('WebSocket', NoSocket);
	vi.stubGlobal('fetch', () => {
		tries.push('post');
		return new Promise((_, reject) => posts.push({ reject: () => reject(new Error('gone')) }));
	});
	const queue = await import('../queue/queue.js');
	delivery = await import('./delivery.js');
	settings = await import('../settings.js');
	settings.useSettings({ site: 'shop', collector: 'https://events.shop.example' });
	settings.switchCapture(true);
	queue.waiting[queue.batchKey(22, 0)] = queue.frozenBatch('x', 1);
});
afterEach(() => {
	vi.useRealTimers();
	vi.unstubAllGlobals();
	vi.restoreAllMocks();
});

/** Makes every attempt fail at once, for so long. */
async function refuseFor(ms: number): Promise<void> {
	for (const endMs = Date.now() + ms; Date.now() < endMs; ) {
		for (const { reject } of posts.splice(0)) reject();
		await vi.advanceTimersByTimeAsync(1_000);
	}
}

describe('delivery', () => {
	it('retries ever more rarely while the collector is unreachable, and never stops', async () => {
		vi.spyOn(Math, 'random').mockReturnValue(0.5);
		delivery.sendWaiting();
		await refuseFor(10 * minuteMs);
		// A socket, and then both ways after 0.5, 1, 2, 4 … 128 s, and every 150 s.
		expect(tries.length).toBe(1 + 2 * 11);
		const before = tries.length;
		await refuseFor(60 * minuteMs);
		expect(tries.length - before).toBe(2 * 24);
		expect(new Set(tries)).toEqual(new Set(['socket', 'post']));
	});

	it('does not take the close of an idle socket for a failure, however often a proxy closes it', async () => {
		/** A socket that greets and acknowledges each batch at once. */
		class GreetedSocket {
			static last: GreetedSocket | undefined;
			onclose: (() => void) | undefined;
			onmessage: ((message: { data: string }) => void) | undefined;
			#sequence = 0;
			constructor() {
				tries.push('socket');
				GreetedSocket.last = this;
				setTimeout(() => this.onmessage?.({ data: JSON.stringify(['hello', Date.now(), {}]) }));
			}
			send() {
				const data = JSON.stringify(['ack', 22, this.#sequence++, 'stored']);
				setTimeout(() => this.onmessage?.({ data }));
			}
			close() {}
		}
		vi.stubGlobal('WebSocket', GreetedSocket);
		delivery.sendWaiting();
		await vi.advanceTimersByTimeAsync(10);
		// A zone of Angular would wait for every timer.
		expect(vi.getTimerCount()).toBe(0);
		for (let closes = 1; closes <= 4; closes++) {
			GreetedSocket.last?.onclose?.();
			await vi.advanceTimersByTimeAsync(minuteMs);
			// Nothing is to be sent, so nothing is opened.
			expect(tries).toEqual(Array.from({ length: closes }, () => 'socket'));
			delivery.sendWaiting();
			await vi.advanceTimersByTimeAsync(minuteMs);
		}
		expect(tries).toEqual(Array.from({ length: 5 }, () => 'socket'));
	});

	it('retries at once when the page is visible again', async () => {
		delivery.sendWaiting();
		await refuseFor(20 * minuteMs);
		const before = tries.length;
		delivery.wake();
		expect(tries.slice(before)).toEqual(['socket']);
	});

	it('sends nothing after the tracker is switched off, whatever was in flight', async () => {
		delivery.sendWaiting();
		while (tries.at(-1) !== 'post') await vi.advanceTimersByTimeAsync(1_000);
		settings.switchCapture(false);
		delivery.disconnect();
		const before = tries.length;
		await refuseFor(10 * minuteMs);
		delivery.wake();
		expect(tries.length).toBe(before);
	});

	it('does not close a new connection when a post of an earlier one fails', async () => {
		delivery.sendWaiting();
		// The socket is blocked twice, so the batch is posted, and the post gets no answer.
		while (tries.at(-1) !== 'post') await vi.advanceTimersByTimeAsync(1_000);
		const sockets: { close(): void; isClosed: boolean; onmessage?: (event: { data: string }) => void }[] = [];
		class Socket {
			isClosed = false;
			bufferedAmount = 0;
			constructor() {
				sockets.push(this);
			}
			send() {}
			close() {
				this.isClosed = true;
			}
		}
		vi.stubGlobal('WebSocket', Socket);
		delivery.wake();
		sockets[0]?.onmessage?.({ data: JSON.stringify(['hello', Date.now()]) });
		expect(delivery.isOpen()).toBe(true);
		posts[0]?.reject();
		await vi.advanceTimersByTimeAsync(0);
		expect(sockets.map(({ isClosed }) => isClosed)).toEqual([false]);
		expect(delivery.isOpen()).toBe(true);
	});
});
