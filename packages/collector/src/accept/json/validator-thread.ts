import { parentPort, workerData } from 'node:worker_threads';
import { packed, type ValidationRequest } from './body-transfer.js';
import { type ValidationSettings, validateBody } from './validate-body.js';

const settings = workerData as ValidationSettings;

// The main module of a BodyValidator thread: it answers one body at a time.
parentPort?.on('message', (request: ValidationRequest) => {
	const answer = packed(validateBody(request, settings));
	parentPort?.postMessage(answer, [answer.frameBytes.buffer]);
});
