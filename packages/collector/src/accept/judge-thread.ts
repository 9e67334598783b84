import { parentPort, workerData } from 'node:worker_threads';
import { judgeBody } from './judge-body.js';
import { type JudgeRequest, packed } from './judge-request.js';
import type { SiteTable } from './site-table.js';

const sites = workerData as SiteTable;

// The main module of a BodyJudge thread: it answers one body at a time.
parentPort?.on('message', (request: JudgeRequest) => {
	const answer = packed(judgeBody(request, sites));
	parentPort?.postMessage(answer, [answer.frameBytes.buffer]);
});
