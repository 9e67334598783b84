import { heldBytes } from '@footfall/collector/testing';
import { framesOf } from './frames.js';
import { judge } from './judge.js';

/** Memory growth that counts as a leak, bytes. The decoder's caches are small, and filled after the first tenth. */
const growthBytesMax = 8 * 1_048_576;

/**
 * Decodes frames in this process and judges each.
 *
 * @param {{ decode: (bytes: Uint8Array) => object, frames: number, seed: number, findings:
 *   import('./findings.js').Findings,
 *   onProgress?: (frames: number) => void }} run
 * @returns {{ accepted: number, refused: number }}
 */
export function fuzzDecoder({ decode, frames, seed, findings, onProgress }) {
	const frameOf = framesOf(seed);
	const counts = { accepted: 0, refused: 0 };
	const tenth = Math.ceil(frames / 10);
	let warmBytes = 0;
	for (let index = 0; index < frames; index++) {
		const frame = frameOf(index);
		const { decoded, wrong, expected } = judge(decode, frame);
		if (decoded?.ok === true) counts.accepted++;
		else counts.refused++;
		if (wrong !== undefined) findings.add({ index, bytes: frame.bytes, wrong, decoded, expected });
		if ((index + 1) % tenth === 0) onProgress?.(index + 1);
		if (index + 1 === tenth) warmBytes = heldBytes();
	}
	const grown = heldBytes() - warmBytes;
	if (grown > growthBytesMax) findings.add({ index: frames, wrong: 'memory grows with the frames' });
	return counts;
}
