import { createHash } from 'node:crypto';
import type { DataTest, Model } from '../compile/model.js';
import type { FaultyModel, OwnProject } from '../compile/project.js';
import type { Manifest } from './manifest.js';
import type { OwnFault, OwnState, OwnStates, OwnTestFaults, Plan, PublishedRun, RunState } from './plan.js';
import { nextRun } from './plan.js';

/** Decides for each own model whether a run computes it. All functions of this file are pure. */

/**
 * - `follow`: recompute what changed upstream
 * - `rebuild`: compute all rows
 * - `wait`: leave the published rows as they are, because the model has failed and its pause is not over
 */
export interface OwnTask {
	model: Model;
	how: 'follow' | 'rebuild' | 'wait';
	/** The fault of the published rows, if any. */
	fault: OwnFault | undefined;
}

/**
 * The tasks of a run, and whether they alone are a reason for a run. First come models that follow, which takes little
 * time; then those of which all rows are computed, beginning with those that an earlier run had no time for, and ending
 * with those that have failed. Every model comes after those that it reads.
 */
export interface OwnPlan {
	tasks: OwnTask[];
	/** Models that cannot be computed, and published ones of which nothing is known. Their published rows stay. */
	faulty: readonly FaultyModel[];
	/**
	 * Data tests that have failed and read no own model: the run lets them test all days, or leaves them as they are
	 * until their pause is over.
	 */
	tests: ReadonlyMap<string, 'all' | 'wait'>;
	/** Published own models that the project no longer has. */
	removed: string[];
	isReason: boolean;
}

/** First and longest pause before a model that failed is computed again, microseconds. */
const firstPauseUs = 60_000_000n;
const longestPauseUs = 3_600_000_000n;

/** When a model that has failed is computed again, microseconds since 1970. The pause doubles up to an hour. */
function retryAtUs({ failures, failedAtUs }: OwnFault): bigint {
	const doubled = firstPauseUs * 2n ** BigInt(Math.min(Math.max(failures, 1) - 1, 10));
	return BigInt(failedAtUs) + (doubled < longestPauseUs ? doubled : longestPauseUs);
}

/**
 * Compares the own models of a project with the published ones.
 *
 * @param nowUs the server's clock, microseconds since 1970
 * @param isAsked whether an operator asks for the run, so that models and data tests which failed are not waited for
 * @param failing data tests that failed in the published run
 */
export function planOwn(
	published: OwnStates,
	own: OwnProject,
	nowUs: bigint,
	isAsked: boolean,
	failing: OwnTestFaults = {},
): OwnPlan {
	const howOf = ({ name, own: file }: Model): OwnTask['how'] => {
		const state = published[name];
		const fault = state?.fault;
		const isSame = (fault?.version ?? state?.version) === file?.version;
		if (state === undefined || !isSame) return 'rebuild';
		if (fault === undefined) return 'follow';
		return isAsked || fault.isDeferred || fault.upstream !== '' || retryAtUs(fault) <= nowUs ? 'rebuild' : 'wait';
	};
	const tasks = inOrder(own.models.map((model) => ({ model, how: howOf(model), fault: published[model.name]?.fault })));
	const known = new Set([...own.models, ...own.faulty].map(({ name }) => name));
	const unknown = Object.keys(published).filter((name) => !known.has(name));
	// They are not removed if a part of the project folder was not read.
	const { incomplete } = own;
	const version = incompleteVersion;
	const unread = incomplete === undefined ? [] : unknown.map((name) => ({ name, words: incomplete, version }));
	const faulty = [...own.faulty, ...unread];
	const removed = incomplete === undefined ? unknown : [];
	const faultsOfTests = Object.entries(failing).map(([name, fault]) => {
		const test = own.tests.find((one) => one.name === name);
		const isOther = test === undefined || testVersion(test) !== fault.version;
		return { name, isDue: isOther || isAsked || fault.isDeferred === true, isOver: retryAtUs(fault) <= nowUs };
	});
	const tests = new Map(
		faultsOfTests.map(({ name, isDue, isOver }) => [name, isDue || isOver ? ('all' as const) : ('wait' as const)]),
	);
	const waiting = new Set(tasks.filter(({ how }) => how === 'wait').map(({ model }) => model.name));
	// A model that only waits for one that it reads is no reason for a run.
	for (const { model } of tasks) if (model.reads.some((name) => waiting.has(name))) waiting.add(model.name);
	const isReason =
		removed.length > 0 ||
		// Without new events, a test that only had to wait would fail again.
		faultsOfTests.some(({ isDue }) => isDue) ||
		tasks.some(({ model, how, fault }) => how === 'rebuild' && (!waiting.has(model.name) || fault === undefined)) ||
		faulty.some((one) => !isKnownFault(published[one.name]?.fault, one));
	return { tasks, faulty, tests, removed, isReason };
}

/** Whether the published fault of a model is this one, of which another process may name the folder in another way. */
const isKnownFault = (fault: OwnFault | undefined, { words, version }: FaultyModel): boolean =>
	fault !== undefined && (fault.words === words || fault.version === version);

/** The version of a model whose file may not have been read, whatever the reason. */
const incompleteVersion = 'unread';

/** The version of a data test, which differs when its statement does. */
export const testVersion = ({ sql }: DataTest): string => createHash('sha256').update(sql).digest('hex').slice(0, 16);

/**
 * The fault of a model or a data test that fails now. The first of several failures in a row keeps its time.
 *
 * @param before the fault of the run before
 * @param nowUs the server's clock, microseconds since 1970
 */
export function nextFault(
	before: OwnFault | undefined,
	now: Pick<OwnFault, 'words' | 'version' | 'upstream'>,
	nowUs: bigint,
	isDeferred: boolean,
): OwnFault {
	const added = isDeferred ? 0 : 1;
	const failures = before?.version === now.version && now.upstream === '' ? before.failures + added : added;
	const sinceMs = before?.sinceMs ?? Number(nowUs / 1_000n);
	const fault = { ...now, sinceMs, failures, failedAtUs: nowUs.toString() };
	return isDeferred ? { ...fault, isDeferred } : fault;
}

/**
 * The own models after a run whose views ClickHouse has refused: these, and each that reads one of them, are held at
 * the rows that readers see.
 *
 * @param after the own models as the run has published them, with their time partitions by names
 * @param refused the faults by names of models
 * @param models own models in lineage order
 * @param before the own models that readers see
 */
export function heldByViews<T extends { states: OwnStates; next: Manifest }>(
	after: T,
	refused: ReadonlyMap<string, string>,
	models: readonly Model[],
	before: { states: OwnStates; manifest: Manifest },
	nowUs: bigint,
): T {
	const states: Record<string, OwnState> = { ...after.states };
	const next: Record<string, Manifest[string]> = { ...after.next };
	const held = new Set<string>();
	for (const { name, reads, own } of models) {
		const upstream = reads.find((read) => held.has(read)) ?? '';
		const words =
			refused.get(name) ?? (upstream === '' ? undefined : `${own?.file}: it reads ${upstream}, which is not current`);
		// A model that the run could not compute has a fault already.
		if (words === undefined || states[name]?.fault !== undefined) continue;
		held.add(name);
		const { version = '', table = '', fault } = before.states[name] ?? {};
		const now = { words, version: own?.version ?? '', upstream: refused.has(name) ? '' : upstream };
		states[name] = { version, table, fault: nextFault(fault, now, nowUs, false) };
		next[name] = before.manifest[name] ?? [];
	}
	return { ...after, states, next };
}

/** Sorts tasks as `OwnPlan` has them. */
function inOrder(tasks: readonly OwnTask[]): OwnTask[] {
	const waiting = [...tasks].sort((a, b) => rankOf(a) - rankOf(b) || sinceOf(a) - sinceOf(b));
	const sorted: OwnTask[] = [];
	while (waiting.length > 0) {
		const names = new Set(waiting.map(({ model }) => model.name));
		const next = waiting.findIndex(({ model }) => !model.reads.some((name) => names.has(name)));
		sorted.push(...waiting.splice(Math.max(next, 0), 1));
	}
	return sorted;
}

function rankOf({ how, fault }: OwnTask): number {
	if (how !== 'rebuild') return 0;
	if (fault?.isDeferred) return 1;
	return fault === undefined || fault.upstream !== '' ? 2 : 3;
}

const sinceOf = ({ how, fault }: OwnTask): number => (how === 'rebuild' && fault?.isDeferred ? fault.sinceMs : 0);

/** The plan of a run, which own models may need although there are no new events. */
export function withOwnReason(plan: Plan, state: RunState, own: OwnPlan): Plan {
	const { published, parts } = state;
	if (plan.kind !== 'skip' || plan.why !== 'no new events' || !own.isReason || published === undefined) return plan;
	const change = { kind: 'appended' as const, newParts: [], seenParts: parts };
	return { kind: 'incremental', run: nextRun(state), why: 'own models changed', published, change };
}

/** The published time partitions of own models by their names. The manifest of a run has them by their tables. */
export function ownManifest(manifest: Manifest, states: OwnStates): Manifest {
	return Object.fromEntries(Object.entries(states).map(([name, { table }]) => [name, manifest[table] ?? []]));
}

/**
 * The tables of own models that the published run kept for views that were to change after it. Only if the process died
 * before it changed them, some views still show these tables.
 *
 * @param ours names of the models of this package
 */
export function tablesKept(published: PublishedRun | undefined, ours: ReadonlySet<string>): string[] {
	const current = new Set(tablesOf(published));
	return Object.keys(published?.manifest ?? {}).filter((key) => !ours.has(key) && !current.has(key));
}

const tablesOf = (published: PublishedRun | undefined) =>
	Object.values(published?.judged.own?.states ?? {}).map(({ table }) => table);

/**
 * The own part of the manifest of a run, by tables. The rows of tables that readers saw until now stay in it for one
 * run: the views of models with new columns, and of models that the project no longer has, change after it.
 *
 * @param published the run that readers see
 * @param own the own models after the run, with their time partitions by names
 * @param shown further tables that views show
 */
export function ownManifestToPublish(
	published: PublishedRun | undefined,
	own: { states: OwnStates; next: Manifest },
	shown: readonly string[],
): Manifest {
	const tables = [...tablesOf(published), ...shown];
	const before = tables.flatMap((table) => (table === '' ? [] : [[table, published?.manifest[table] ?? []] as const]));
	const now = Object.entries(own.states).flatMap(([name, { table }]) =>
		table === '' ? [] : [[table, own.next[name] ?? []] as const],
	);
	return Object.fromEntries([...before, ...now]);
}

/**
 * An earlier run with which a rollback replaces the published one. Own models that have changed since then keep the
 * rows that their present views show, and are computed again by the next run.
 */
export function withOwnKept(target: PublishedRun, published: PublishedRun | undefined): PublishedRun {
	const now = published?.judged.own;
	const then = target.judged.own?.states ?? {};
	const { own: _, ...judged } = target.judged;
	const tables = new Set([...Object.values(then), ...Object.values(now?.states ?? {})].map(({ table }) => table));
	const ours = Object.fromEntries(Object.entries(target.manifest).filter(([key]) => !tables.has(key)));
	if (now === undefined) return { ...target, judged, manifest: ours };
	const states: Record<string, OwnState> = {};
	const manifest: Record<string, Manifest[string]> = { ...ours };
	for (const [name, state] of Object.entries(now.states)) {
		const isSame = then[name]?.version === state.version && then[name]?.table === state.table;
		states[name] = isSame ? (then[name] as OwnState) : { ...state, version: '' };
		if (state.table !== '') manifest[state.table] = (isSame ? target : published)?.manifest[state.table] ?? [];
	}
	return { ...target, judged: { ...judged, own: { ...now, states } }, manifest };
}
