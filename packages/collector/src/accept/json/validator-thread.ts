import { parentPort, workerData } from 'node:worker_threads';
import type { SiteTable } from '../intake/site-table.js';
import { type JudgeRequest, packed } from './body-transfer.js';
import { judgeBody } from './validate-body.js';

const sites = workerData as SiteTable;

// The main module of a BodyJudge thread: it answers one body at a time.
parentPort?.on('message', (request: JudgeRequest) => {
	const answer = packed(judgeBody(request, sites));
	parentPort?.postMessage(answer, [answer.frameBytes.buffer]);
});
