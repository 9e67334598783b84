import { limits } from '@footfall/protocol';
import { webSocketMessage } from '../../frames.js';
import { attackBatch } from '../attack-batch.js';
import { marker, markerNumber, template } from '../template.js';

const visitor = 4_242;
const viewsMax = 130_000;
const eventsOfBody = 440;
const eventsOfBatch = 28;
const url = `https://shop.example/${marker}/`.padEnd(limits.urlBytesMax, 'p');

function body() {
	const event = { dt: new Date().toISOString(), name: 'view', obj: 'page', url, user_id: visitor };
	return JSON.stringify(Array.from({ length: eventsOfBody }, () => event));
}

function batch() {
	const contexts = Array.from({ length: eventsOfBatch }, () => [url]);
	const events = contexts.map((_, index) => [index, index, 'view', 'page']);
	return webSocketMessage(attackBatch({ visitor, stream: markerNumber, contexts, events }));
}

export const fatVisitor = {
	what: '130,000 page views of one visitor, each with a different path of 2 KB, as JSON and in batches',
	// The time that the rate limit of one address requires for this number of events.
	seconds: 60,
	async run(target) {
		const nextBody = template(target.post('/v1/events', 'application/json', body()));
		const nextBatch = template(batch());
		const byJson = target.askOnLanes(4, nextBody);
		const byBatch = target.flood(1, () => ({ bytes: nextBatch(), messages: 1 }));
		const isEnough = async () => {
			const views = () => (target.counts[200] ?? 0) * eventsOfBody + (target.counts.stored ?? 0) * eventsOfBatch;
			while (views() < viewsMax && !target.isOver) await new Promise((resolve) => setTimeout(resolve, 100));
			target.counts.views = views();
		};
		await Promise.race([isEnough(), Promise.all([byJson, byBatch])]);
	},
};
