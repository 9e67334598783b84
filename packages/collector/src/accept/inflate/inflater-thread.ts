import { parentPort } from 'node:worker_threads';
import type { InflateRequest } from './body-inflater.js';
import { type Inflated, inflate } from './inflate.js';

// The main module of a BodyInflater thread: it answers one body at a time.
parentPort?.on('message', ({ bytes, coding, bytesMax }: InflateRequest) => {
	const inflated = inflate(bytes, coding, bytesMax);
	if (!inflated.ok) {
		parentPort?.postMessage(inflated);
		return;
	}
	// This must be a copy: small buffers of Node share memory, which cannot be transferred.
	const copy = new Uint8Array(inflated.bytes);
	const answer: Inflated = { ok: true, bytes: copy };
	parentPort?.postMessage(answer, [copy.buffer]);
});
