// Words that the project no longer uses, with the words that took their place. docs/glossary.md defines the new ones.

/** Starts of paths of files that name former words because they are about them or come from earlier versions. */
export const filesAboutFormerWords = [
	'CHANGELOG.md',
	'tests/command/earlier-data/',
	'docs/decisions/',
	'docs/glossary.md',
	'scripts/language/',
	'tests/repository/language',
	'tests/command/earlier-data/',
];

/**
 * @type {{ word: RegExp, instead: string, allowedIn?: string[] }[]}
 * `allowedIn`: starts of paths of files that may still have the word.
 */
export const formerWords = [
	{ word: /\b(?:make|makes|made|making) (?:\w+ ){0,4}anew\b/i, instead: 'rebuild or recompute' },
	{ word: /\b(?:set|sets|kept|keeps|put|puts) aside\b/i, instead: 'quarantine' },
	{ word: /\bcome again later\b/i, instead: 'retry later' },
	{ word: /\bunder way\b/i, instead: 'in progress' },
	{ word: /\b(?:somebody|whoever|anybody)\b/i, instead: 'the actor: caller, page, visitor, operator, run or server' },
	{ word: /\bmisdated\b/i, instead: 'invalid timestamp' },
	{
		word: /\bledger\b/i,
		instead: 'watermark',
		// The column of the table of runs keeps its name on disk.
		allowedIn: [
			'HACKING.md',
			'packages/transforms/src/operate/latency.ts',
			'packages/transforms/src/store/layout.ts',
			'packages/transforms/src/store/runs/publish.ts',
			'packages/transforms/src/store/runs/run-state.ts',
			// The list of acknowledged events of the fault test is a ledger in the usual sense.
			'tests/promise/failure/',
		],
	},
	{
		word: /\bnarrowing\b/i,
		instead: 'filters',
		// A field of the API keeps its former name for one version.
		allowedIn: [
			'packages/dashboard/README.md',
			'packages/dashboard/src/api/answer-view.ts',
			'tests/dashboard/security.test.ts',
		],
	},
	{ word: /\bgroup sync\b|\bsynced together\b/i, instead: 'group commit' },
	{ word: /\bfootfall_log_(?:sync|damaged)/, instead: 'footfall_wal_…' },
	{ word: /batches_deferred/, instead: 'footfall_batches_retry_later_total' },
];
