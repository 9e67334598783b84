import { parentPort } from 'node:worker_threads';
import { freeMemory } from '@footfall/warehouse/native';
import { answerRequest, type BlockRequest } from './block-request.js';

// The thread of a BlockBuilder: one request, one answer.
parentPort?.on('message', (request: BlockRequest) => {
	try {
		const block = answerRequest(request);
		const memory = block.chunks.map((chunk) => chunk.buffer);
		parentPort?.postMessage({ block }, memory);
		freeMemory(request.bytes.buffer);
	} catch (error) {
		parentPort?.postMessage({ fault: error instanceof Error ? error.message : String(error) });
	}
});
