import { parentPort, workerData } from 'node:worker_threads';
import { packed, type ValidationRequest } from './body-transfer.js';
import { type ValidationSettings, validateBody } from './validate-body.js';

let settings = workerData as ValidationSettings;

// The main module of a BodyValidator thread: it answers one body at a time, and takes other settings between bodies.
parentPort?.on('message', (request: ValidationRequest | { data: ValidationSettings }) => {
	if ('data' in request) {
		settings = request.data;
		return;
	}
	const answer = packed(validateBody(request, settings));
	parentPort?.postMessage(answer, [answer.frameBytes.buffer]);
});
