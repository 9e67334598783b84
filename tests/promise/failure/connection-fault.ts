import type { Draws } from '@footfall/random';

/** What happens to one exchange of a request and its answer on a connection. */
export type ConnectionFault =
	| { kind: 'none' }
	/** The request waits, then the answer. */
	| { kind: 'late'; requestMs: number; answerMs: number }
	/** Only so many bytes of the request pass, then both ends lose the connection. */
	| { kind: 'request-cut'; bytes: number }
	/** Only so many bytes of the request pass and it looks finished to the server, whose answer still comes back. */
	| { kind: 'request-ended'; bytes: number }
	/** The whole request passes and nothing of the answer: the sender cannot know that it was done. */
	| { kind: 'answer-lost' }
	/** Only so many bytes of the answer pass. */
	| { kind: 'answer-cut'; bytes: number }
	/** The answer passes, and a reset right behind it. */
	| { kind: 'answer-then-reset' }
	/** From the request or the answer on nothing passes in either direction, and nobody is told. */
	| { kind: 'silence'; from: 'request' | 'answer' };

/** How often, out of 100. */
const weights: Record<ConnectionFault['kind'], number> = {
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
/** About the length of an answer's headers and body, so that a cut may fall anywhere in it. */
const answerBytesMax = 900;

/** Draws what happens to the next exchange. */
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

/** From 1 to `max`, small ones as likely as large ones. */
function magnitude(random: Draws, max: number): number {
	return Math.max(1, Math.round(max ** random.fraction()));
}
