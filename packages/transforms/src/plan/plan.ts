import type { Manifest } from './manifest.js';
import type { Ledger, RawChange, RawPart } from './watermark.js';
import { changeSince } from './watermark.js';

/** The data tests that a published run has passed, the list of what it leaves out, and the key of its hashes. */
export interface Judged {
	/** Checksum of the models and data tests that the run passed; empty where the run ignored the tests. */
	tests: string;
	/** The list of visitors and sites that the run leaves out, see store/left-out.ts. */
	list: bigint;
	/** Fingerprint of the key of its hashes: it differs for another key, and does not reveal the key. */
	hashKey: string;
}

/** A published run. */
export interface PublishedRun {
	run: bigint;
	/** Checksum of the model files. */
	models: string;
	judged: Judged;
	kind: 'rebuild' | 'incremental' | 'rollback' | 'resume';
	ledger: Ledger;
	manifest: Manifest;
}

/** What the database says before a run. */
export interface RunState {
	/** The newest published run, if any. */
	published: PublishedRun | undefined;
	/** Active parts of the raw table. */
	parts: readonly RawPart[];
	/** The server's clock, microseconds since 1970. */
	nowUs: bigint;
}

/** What to make anew besides what is new. */
export interface Restated {
	/** A visitor_id, or the user_id of visitors. */
	user?: string;
	/** First day, `2026-01-31`. */
	since?: string;
	/** Last day. */
	until?: string;
}

/** Why everything is made anew. */
type RebuildReason =
	| 'first run'
	| 'models changed'
	| 'events deleted'
	| 'asked for'
	| 'new key of hashes'
	| 'many new events';

/** What to do. */
export type Plan =
	| { kind: 'skip'; why: 'no new events' | 'held by a rollback' }
	| { kind: 'rebuild'; run: bigint; why: RebuildReason }
	| {
			kind: 'incremental';
			run: bigint;
			why: 'new events' | 'restated';
			published: PublishedRun;
			change: Extract<RawChange, { kind: 'appended' }>;
	  };

/** The number of a run that starts now. They grow even when the server's clock steps back. Pure. */
export function nextRun({ published, nowUs }: Pick<RunState, 'published' | 'nowUs'>): bigint {
	return published && nowUs <= published.run ? published.run + 1n : nowUs;
}

/**
 * Nothing when the published run has seen every block and was made from these models. Told by numbers of blocks and
 * mutations, which no client's clock can bend. Pure.
 *
 * @param models checksum of the model files
 */
export function planRun(
	state: RunState,
	models: string,
	options: { fullRefresh?: boolean; restate?: Restated } = {},
): Plan {
	const { published, parts } = state;
	const run = nextRun(state);
	if (options.fullRefresh) return { kind: 'rebuild', run, why: 'asked for' };
	if (!published) return { kind: 'rebuild', run, why: 'first run' };
	if (published.kind === 'rollback') return { kind: 'skip', why: 'held by a rollback' };
	if (published.models !== models) return { kind: 'rebuild', run, why: 'models changed' };
	const change = changeSince(published.ledger, parts);
	if (change.kind === 'rewritten') return { kind: 'rebuild', run, why: 'events deleted' };
	if (options.restate) {
		const all = change.kind === 'appended' ? change : { kind: 'appended' as const, newParts: [], seenParts: parts };
		return { kind: 'incremental', run, why: 'restated', published, change: all };
	}
	if (change.kind === 'nothing') return { kind: 'skip', why: 'no new events' };
	return { kind: 'incremental', run, why: 'new events', published, change };
}
