import { parentPort, workerData } from 'node:worker_threads';
import type { SiteTable } from '../intake/site-table.js';
import { packed, type ValidationRequest } from './body-transfer.js';
import { validateBody } from './validate-body.js';

const sites = workerData as SiteTable;

// The main module of a BodyValidator thread: it answers one body at a time.
parentPort?.on('message', (request: ValidationRequest) => {
	const answer = packed(validateBody(request, sites));
	parentPort?.postMessage(answer, [answer.frameBytes.buffer]);
});
