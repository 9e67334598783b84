import type { Draws } from '@footfall/random';

/** The fault of one exchange, a request and its answer, on a connection. */
export type ConnectionFault =
	| { kind: 'none' }
	/** The request is delayed, then the answer. */
	| { kind: 'late'; requestMs: number; answerMs: number }
	/** The request passes when the promise has resolved, even if its sender has ended by then. */
	| { kind: 'held'; until: Promise<void> }
	/** Only `bytes` bytes of the request pass, then both sides lose the connection. */
	| { kind: 'request-cut'; bytes: number }
	/** Only `bytes` bytes of the request pass, and the server sees its end; the answer passes. */
	| { kind: 'request-ended'; bytes: number }
	/** The whole request passes and nothing of the answer: the sender cannot know the outcome. */
	| { kind: 'answer-lost' }
	/** Only `bytes` bytes of the answer pass. */
	| { kind: 'answer-cut'; bytes: number }
	/** The answer passes, and a reset follows. */
	| { kind: 'answer-then-reset' }
	/** From the request or the answer on, nothing passes in either direction, and no side gets an error. */
	| { kind: 'silence'; from: 'request' | 'answer' };

/** Percentages of the faults that are drawn. */
const weights: Record<Exclude<ConnectionFault['kind'], 'held'>, number> = {
	none: 57,
	late: 15,
	'request-cut': 7,
	'request-ended': 2,
	'answer-lost': 8,
	'answer-cut': 5,
	'answer-then-reset': 5,
	silence: 1,
};

const lateMsMax = 400;
const requestBytesMax = 300_000;
/** Approximate length of an answer with its headers, bytes, so that a cut may fall anywhere in it. */
const answerBytesMax = 900;

/** Draws the fault of the next exchange. */
export function drawConnectionFault(random: Draws): ConnectionFault {
	const kind = random.weighted(weights);
	switch (kind) {
		case 'late':
			return { kind, requestMs: random.integer(0, lateMsMax), answerMs: random.integer(0, lateMsMax) };
		case 'request-cut':
		case 'request-ended':
			return { kind, bytes: magnitude(random, requestBytesMax) };
		case 'answer-cut':
			return { kind, bytes: random.integer(1, answerBytesMax) };
		case 'silence':
			return { kind, from: random.pick(['request', 'answer']) };
		default:
			return { kind };
	}
}

/** Draws 1 to `max`, log-uniformly. */
function magnitude(random: Draws, max: number): number {
	return Math.max(1, Math.round(max ** random.fraction()));
}
