import type { Manifest } from './manifest.js';
import type { RawChange, RawPart, Watermark } from './watermark.js';
import { changeSince } from './watermark.js';

/** The data tests that a published run has passed, the list of what it leaves out, and the key of its hashes. */
export interface Judged {
	/** Checksum of the models and data tests that the run passed; empty where the run ignored the tests. */
	tests: string;
	/** The list of visitors and sites that the run leaves out, see store/left-out.ts. */
	list: bigint;
	/** Fingerprint of the key of its hashes: it differs for another key, and does not reveal the key. */
	hashKey: string;
	/** Generation of the models, see plan/generation.ts; 0 for runs of versions that did not record it. */
	generation: number;
	/** Checksum of the statements that the engine made from the models; empty for runs that did not record it. */
	rendered: string;
	/** The own models that the run knew; absent for none. */
	own?: OwnPublished;
}

/** The own models of a published run, see compile/own. */
interface OwnPublished {
	/** Checksum of the own part of the project. */
	checksum: string;
	states: OwnStates;
	/** Data tests of the project folder that fail and read no own model, which would be held; absent for none. */
	tests?: OwnTestFaults;
}

/** The faults of data tests by their names. */
export type OwnTestFaults = Readonly<Record<string, OwnFault>>;

/** Own models by their names. */
export type OwnStates = Readonly<Record<string, OwnState>>;

/** An own model as readers see it. */
export interface OwnState {
	/** The version of the model whose rows readers see; empty for none. */
	version: string;
	/** The table that has these rows, which is their key in the manifest; empty for a view, and for none. */
	table: string;
	/** Why the rows are not those of the run; absent if they are. */
	fault?: OwnFault;
	/** Whether all rows are of visitors on days on which these sent events; absent if that is not known. */
	isOnVisitorDays?: true;
}

/** Why a run kept the earlier rows of an own model, or why a data test failed. */
export interface OwnFault {
	/** The fault, with the file and the line. */
	words: string;
	/** The version of the model, or of the data test, that failed. */
	version: string;
	/** The model upstream because of which it was not computed; empty if it failed itself. */
	upstream: string;
	/** The first of the failures in a row, milliseconds since 1970. */
	sinceMs: number;
	/** Number of failures in a row. */
	failures: number;
	/** The last of them, microseconds since 1970. */
	failedAtUs: string;
	/** Whether it has not failed, but the run had no time for it; absent if it has. */
	isDeferred?: true;
}

/** A published run. */
export interface PublishedRun {
	run: bigint;
	/** Checksum of the model files. */
	models: string;
	judged: Judged;
	kind: 'rebuild' | 'incremental' | 'rollback' | 'resume';
	/** The blocks of the raw table that the run has seen. */
	watermark: Watermark;
	manifest: Manifest;
}

/** The state of the database before a run. */
export interface RunState {
	/** The newest published run, if any. */
	published: PublishedRun | undefined;
	/** Active parts of the raw table. */
	parts: readonly RawPart[];
	/** The server's clock, microseconds since 1970. */
	nowUs: bigint;
}

/** Visitors to recompute even if they have no new events. All given conditions apply. */
export interface Restated {
	/** A `visitor_id`, or a `user_id` of visitors. */
	user?: string;
	/** First day, UTC, `2026-01-31`: visitors with events on or after it. */
	since?: string;
	/** Last day, UTC. */
	until?: string;
}

/** Why a run is a rebuild. */
type RebuildReason =
	| 'first run'
	| 'models changed'
	| 'events deleted'
	| 'requested'
	| 'new key of hashes'
	| 'many new events';

/** The kind of a run, and the reason for it. */
export type Plan =
	| { kind: 'skip'; why: 'no new events' | 'held by a rollback' }
	| { kind: 'rebuild'; run: bigint; why: RebuildReason }
	| {
			kind: 'incremental';
			run: bigint;
			why: 'new events' | 'restated' | 'own models changed';
			published: PublishedRun;
			change: Extract<RawChange, { kind: 'appended' }>;
	  };

/** The number of a run that starts now. Numbers grow even if the server's clock steps back. Pure. */
export function nextRun({ published, nowUs }: Pick<RunState, 'published' | 'nowUs'>): bigint {
	return published && nowUs <= published.run ? published.run + 1n : nowUs;
}

/**
 * Decides what a run must do: nothing when the published run was computed from these models and has seen every block of
 * the raw table. The decision uses the numbers of blocks and mutations, and so no clock of a client. Pure.
 *
 * @param models checksum of the model files
 * @param options `fullRefresh` rebuilds everything; `restate` recomputes visitors even if they have no new events;
 *   `rendered` is the checksum of the statements that the engine makes from the models. @default that of the run
 */
export function planRun(
	state: RunState,
	models: string,
	options: { fullRefresh?: boolean; restate?: Restated; rendered?: string } = {},
): Plan {
	const { published, parts } = state;
	const run = nextRun(state);
	if (options.fullRefresh) return { kind: 'rebuild', run, why: 'requested' };
	if (!published) return { kind: 'rebuild', run, why: 'first run' };
	if (published.kind === 'rollback') return { kind: 'skip', why: 'held by a rollback' };
	const { rendered = published.judged.rendered } = options;
	if (published.models !== models || published.judged.rendered !== rendered)
		return { kind: 'rebuild', run, why: 'models changed' };
	const change = changeSince(published.watermark, parts);
	if (change.kind === 'rewritten') return { kind: 'rebuild', run, why: 'events deleted' };
	if (options.restate) {
		const all = change.kind === 'appended' ? change : { kind: 'appended' as const, newParts: [], seenParts: parts };
		return { kind: 'incremental', run, why: 'restated', published, change: all };
	}
	if (change.kind === 'nothing') return { kind: 'skip', why: 'no new events' };
	return { kind: 'incremental', run, why: 'new events', published, change };
}
