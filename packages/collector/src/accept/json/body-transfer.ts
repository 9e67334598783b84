import type { JsonFrame } from '../intake/intake.js';
import type { JsonBody, ValidatedBody } from './validate-body.js';

/** Request to the thread that validates bodies. It answers one request after another. */
export type ValidationRequest = JsonBody;

/**
 * The answer of the thread: a validated body whose frames lie one after another in one buffer. Transferring thousands
 * of small buffers would take long.
 */
export interface ValidationAnswer {
	validated: ValidatedBody;
	frameBytes: Uint8Array<ArrayBuffer>;
	/** End offset of each frame in the buffer. */
	frameEnds: number[];
}

/** Encodes a validated body for transfer to the other thread. */
export function packed(validated: ValidatedBody): ValidationAnswer {
	if (validated.kind === 'refused') return { validated, frameBytes: new Uint8Array(0), frameEnds: [] };
	let bytes = 0;
	const frameEnds = validated.frames.map((frame) => (bytes += frame.bytes.length));
	const frameBytes = new Uint8Array(bytes);
	const frames = validated.frames.map((frame, i): JsonFrame => {
		frameBytes.set(frame.bytes, (frameEnds[i] ?? 0) - frame.bytes.length);
		return { ...frame, bytes: noBytes };
	});
	return { validated: { ...validated, frames }, frameBytes, frameEnds };
}

const noBytes = new Uint8Array(0);

/** Decodes a validated body that was transferred. */
export function unpacked({ validated, frameBytes, frameEnds }: ValidationAnswer): ValidatedBody {
	if (validated.kind === 'refused') return validated;
	const frames = validated.frames.map((frame, i): JsonFrame => {
		return { ...frame, bytes: frameBytes.subarray(frameEnds[i - 1] ?? 0, frameEnds[i]) };
	});
	return { ...validated, frames };
}
