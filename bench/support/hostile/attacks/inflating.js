import { limits } from '@footfall/protocol';
import { compressedMessage } from '../../frames.js';

const messages = 100;
const many = (payload) => {
	const one = compressedMessage(payload);
	return Buffer.concat(Array.from({ length: messages }, () => one));
};

export const inflating = {
	what: 'compressed messages of about 141 bytes that inflate to 120 KB, and to more than the message limit',
	run(target) {
		const largest = many(Buffer.alloc(limits.batchBytesMax * 2 - 1));
		const batchSized = many(Buffer.alloc(limits.batchBytesMax, 0x91));
		const tooLarge = many(Buffer.alloc(8 * 1_048_576));
		// The collector ends the connection after each message of the last kind.
		const kinds = [largest, largest, largest, batchSized, batchSized, tooLarge];
		return target.flood(kinds.length, (index) => ({ bytes: kinds[index], messages }), { isCompressed: true });
	},
};
