// A list of its own, since the declaration of `keyof typeof outcomes` would repeat all texts of the table.
/** An outcome code. */
export type Outcome =
	| 'stored'
	| 'duplicate'
	| 'retry-later'
	| 'malformed'
	| 'unsupported-version'
	| 'limit-exceeded'
	| 'too-large'
	| 'unsupported-encoding'
	| 'unknown-site'
	| 'origin-not-allowed'
	| 'unauthorized'
	| 'invalid';

/** The answer of an outcome, and its meaning for the sender. */
export interface OutcomeRule {
	readonly status: number;
	readonly final: boolean;
	readonly meaning: string;
}

/**
 * Every outcome that a collector can answer for a batch or a JSON event: a closed list. `status` is the HTTP status of
 * the answer. After a `final` outcome the sender removes the batch; otherwise it resends it.
 */
export const outcomes: Readonly<Record<Outcome, OutcomeRule>> = {
	stored: { status: 200, final: true, meaning: 'Durable: on disk, after fsync. Remove the batch.' },
	duplicate: { status: 200, final: true, meaning: 'This batch was stored before. Remove it.' },
	'retry-later': {
		status: 503,
		final: false,
		meaning: 'Not stored: the collector is busy, full or stopping. Send the same bytes again after the given time.',
	},
	malformed: {
		status: 400,
		final: true,
		meaning: 'Not a valid batch: truncated, of another type, or with bytes after its end.',
	},
	'unsupported-version': { status: 400, final: true, meaning: 'A batch layout that this collector does not support.' },
	'limit-exceeded': { status: 422, final: true, meaning: 'A value beyond its limit in the table of limits.' },
	'too-large': { status: 413, final: true, meaning: 'More bytes than a batch or body may have.' },
	'unsupported-encoding': {
		status: 415,
		final: true,
		meaning: 'A Content-Encoding that is not read: gzip, deflate and br are, one at a time.',
	},
	'unknown-site': { status: 403, final: true, meaning: 'The site key is not configured on this collector.' },
	'origin-not-allowed': { status: 403, final: true, meaning: 'The page is not on an origin that the site allows.' },
	unauthorized: {
		status: 401,
		final: true,
		meaning: 'The write key is wrong, or the event needs a write key of its site.',
	},
	invalid: {
		status: 422,
		final: true,
		meaning: 'A JSON event with a missing or invalid field; the answer names the field.',
	},
};

/** The final outcomes that refuse a batch. */
export type Rejection = Exclude<Outcome, 'stored' | 'duplicate' | 'retry-later'>;
