import { limits } from '@footfall/protocol';
import { encodedBatch, webSocketMessage } from '../../frames.js';

const visitors = 8;

export const repeats = {
	what: `the same valid batches of ${limits.batchEventsMax} events again and again`,
	run(target) {
		const batches = Array.from({ length: visitors }, (_, index) => {
			return webSocketMessage(encodedBatch(index + 1, index + 1, limits.batchEventsMax).bytes);
		});
		return target.flood(visitors, (index) => ({ bytes: batches[index], messages: 1 }));
	},
};
