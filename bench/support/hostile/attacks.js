import { collidingSessions } from './attacks/colliding-sessions.js';
import { connectionChurn } from './attacks/connection-churn.js';
import { fatVisitor } from './attacks/fat-visitor.js';
import { halfBodies } from './attacks/half-bodies.js';
import { inflating } from './attacks/inflating.js';
import { knownIds } from './attacks/known-ids.js';
import { malformedFrames } from './attacks/malformed-frames.js';
import { manyBodies, manyFewerBodies } from './attacks/many-bodies.js';
import { manyKeys } from './attacks/many-keys.js';
import { nanVitals } from './attacks/nan-vitals.js';
import { nested } from './attacks/nested.js';
import { repeats } from './attacks/repeats.js';
import { rotatingVisitors } from './attacks/rotating-visitors.js';
import { slowReaders } from './attacks/slow-readers.js';
import { tooManyHeaders } from './attacks/too-many-headers.js';

/**
 * Every attack by its name: `what` describes the input, `seconds` is set when the attack needs more time than the
 * others, and `run` sends to an `AttackTarget` until its time is over.
 */
export const attacks = {
	'nan-vitals': nanVitals,
	'colliding-sessions': collidingSessions,
	'known-ids': knownIds,
	'fat-visitor': fatVisitor,
	'rotating-visitors': rotatingVisitors,
	'many-bodies': manyBodies,
	'many-bodies-2000': manyFewerBodies,
	nested,
	'many-keys': manyKeys,
	'malformed-frames': malformedFrames,
	inflating,
	repeats,
	'half-bodies': halfBodies,
	'slow-readers': slowReaders,
	'connection-churn': connectionChurn,
	'too-many-headers': tooManyHeaders,
};
