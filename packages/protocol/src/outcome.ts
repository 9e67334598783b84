/**
 * Every answer a collector gives to a batch or to a JSON event: a closed list.
 * `status` is the HTTP status of the same answer; `final` says whether the sender forgets the batch or sends it again.
 */
export const outcomes = {
	stored: { status: 200, final: true, meaning: 'On disk, synced. Forget the batch.' },
	duplicate: { status: 200, final: true, meaning: 'This batch was stored before. Forget the batch.' },
	'retry-later': {
		status: 503,
		final: false,
		meaning: 'Not ours yet: the collector is busy, full or stopping. Send the same bytes again after the given time.',
	},
	malformed: {
		status: 400,
		final: true,
		meaning: 'Not a batch: cut short, of another type, or with bytes after its end.',
	},
	'unsupported-version': { status: 400, final: true, meaning: 'A batch layout this collector does not know.' },
	'limit-exceeded': { status: 422, final: true, meaning: 'A value beyond its bound in the table of limits.' },
	'too-large': { status: 413, final: true, meaning: 'More bytes than a batch or body may have.' },
	'unknown-site': { status: 403, final: true, meaning: 'The site key is not configured on this collector.' },
	'origin-not-allowed': { status: 403, final: true, meaning: 'The page is not on an origin that the site allows.' },
	invalid: {
		status: 422,
		final: true,
		meaning: 'A JSON event with a missing or wrong field; the answer names the field.',
	},
} as const satisfies Record<string, { status: number; final: boolean; meaning: string }>;

/** An outcome code. */
export type Outcome = keyof typeof outcomes;

/** The outcomes that refuse a batch for good. */
export type Rejection = Exclude<Outcome, 'stored' | 'duplicate' | 'retry-later'>;
