import type { JsonFrame } from './json-frames.js';
import type { JsonBody, JudgedBody } from './judge-body.js';

/** What the thread that judges bodies is asked and answers, one after another. */
export type JudgeRequest = JsonBody;

/** A judged body whose frames are one after another in one buffer: thousands of small ones would take long to hand over. */
export interface JudgeAnswer {
	judged: JudgedBody;
	frameBytes: Uint8Array<ArrayBuffer>;
	/** Where each frame ends in it. */
	frameEnds: number[];
}

/** A judged body as it goes over to the other thread. */
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

/** And as it was. */
export function unpacked({ judged, frameBytes, frameEnds }: JudgeAnswer): JudgedBody {
	if (judged.kind === 'refused') return judged;
	const frames = judged.frames.map((frame, i): JsonFrame => {
		return { ...frame, bytes: frameBytes.subarray(frameEnds[i - 1] ?? 0, frameEnds[i]) };
	});
	return { ...judged, frames };
}
