import { parentPort, workerData } from 'node:worker_threads';
import { judgeBody } from './judge-body.js';
import { type JudgeRequest, packed } from './judge-request.js';
import type { SiteTable } from './site-table.js';

const sites = workerData as SiteTable;

// The thread of a BodyJudge: one body, one answer.
parentPort?.on('message', (request: JudgeRequest) => {
	const answer = packed(judgeBody(request, sites));
	parentPort?.postMessage(answer, [answer.frameBytes.buffer]);
});
