import { webSocketMessage } from '../../frames.js';

const messages = 2_000;

export const malformedFrames = {
	what: 'messages of 7 bytes that are not batches',
	run(target) {
		const bytes = Buffer.concat(
			Array.from({ length: messages }, () => webSocketMessage(Buffer.from([0x98, 1, 0xa4, 1, 2, 3, 4]))),
		);
		return target.flood(4, () => ({ bytes, messages }));
	},
};
