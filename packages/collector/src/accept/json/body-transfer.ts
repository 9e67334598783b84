import type { JsonFrame } from '../intake/intake.js';
import type { JsonBody, JudgedBody } from './validate-body.js';

/** Requests to the thread that judges bodies, and its answers, one after another. */
export type JudgeRequest = JsonBody;

/**
 * A judged body whose frames lie one after another in one buffer: transferring thousands of small buffers would take
 * long.
 */
export interface JudgeAnswer {
	judged: JudgedBody;
	frameBytes: Uint8Array<ArrayBuffer>;
	/** End offset of each frame in the buffer. */
	frameEnds: number[];
}

/** Encodes a judged body for transfer to the other thread. */
export function packed(judged: JudgedBody): JudgeAnswer {
	if (judged.kind === 'refused') return { judged, frameBytes: new Uint8Array(0), frameEnds: [] };
	let bytes = 0;
	const frameEnds = judged.frames.map((frame) => (bytes += frame.bytes.length));
	const frameBytes = new Uint8Array(bytes);
	const frames = judged.frames.map((frame, i): JsonFrame => {
		frameBytes.set(frame.bytes, (frameEnds[i] ?? 0) - frame.bytes.length);
		return { ...frame, bytes: noBytes };
	});
	return { judged: { ...judged, frames }, frameBytes, frameEnds };
}

const noBytes = new Uint8Array(0);

/** Decodes a judged body that was transferred. */
export function unpacked({ judged, frameBytes, frameEnds }: JudgeAnswer): JudgedBody {
	if (judged.kind === 'refused') return judged;
	const frames = judged.frames.map((frame, i): JsonFrame => {
		return { ...frame, bytes: frameBytes.subarray(frameEnds[i - 1] ?? 0, frameEnds[i]) };
	});
	return { ...judged, frames };
}
