import type { Notice } from '../../contract/notice.js';
import type { MartsLag } from '../marts-lag.js';
import type { MartsVersion } from '../marts-version.js';

/** The state of the marts from which notices follow. */
export interface MartsState {
	/** The newest published run; undefined if there is none. */
	run: { kind: string; publishedMs: number | null } | undefined;
	/** Why the last run was not published, or did not apply the definitions; undefined for neither. */
	failure: { kind: string; message: string; sinceMs: number } | undefined;
	/** Sites with visitors that are left out, or that are left out as a whole. */
	leftOut: readonly { site: string; visitors: number; isSite: boolean; reason: string }[];
	/** Own models of which readers see earlier rows, those that failed themselves first. */
	stale: readonly { name: string; words: string; sinceMs: number }[];
	/** Data tests of the project folder that fail and hold no model. */
	failing: readonly { name: string; words: string; sinceMs: number }[];
	/** Undefined if it is not known. */
	lag: MartsLag | undefined;
	/** The version that computed the marts that readers see. */
	version: MartsVersion;
}

/** Age of the oldest waiting event from which on a notice says that events wait, milliseconds. */
const waitingMsMin = 15 * 60_000;
/** Number of sites that the notice about left-out data names. */
const sitesNamedMax = 3;
/** Number of own models, or of data tests, that a notice names. */
const modelsNamedMax = 10;
/** Maximum length of a reason in a notice, characters. */
const reasonCharactersMax = 300;

/** The notices about the marts, the most urgent first. Pure. */
export function composeNotices({ run, failure, leftOut, stale, failing, lag, version }: MartsState): Notice[] {
	const end = run?.publishedMs
		? `The numbers end with the run of ${timeOf(run.publishedMs)}.`
		: 'There are no numbers yet.';
	const isPublished = failure === undefined || failure.kind === definitionsFaulty;
	return [
		...(failure === undefined ? [] : [failureNotice(failure, end)]),
		...versionNotices(version, isPublished),
		...(isPublished && run?.kind === 'rollback' ? [heldNotice(end)] : []),
		...(isPublished && run?.kind !== 'rollback' ? waitingNotices(lag) : []),
		...(leftOut.length === 0 ? [] : [leftOutNotice(leftOut)]),
		...(stale.length === 0 ? [] : [staleNotice(stale)]),
		...(failing.length === 0 ? [] : [failingNotice(failing)]),
	];
}

const definitionsFaulty = 'definitions-faulty';

function failureNotice({ kind, message, sinceMs }: NonNullable<MartsState['failure']>, end: string): Notice {
	const since = timeOf(sinceMs);
	if (kind === definitionsFaulty)
		return {
			kind: definitionsFaulty,
			text: `The file with the definitions has had a fault since ${since}: ${shortened(message)}. The goals, funnels and experiments published before stay.`,
			remedy:
				'Correct the file: the next run reads it, and computes all of history. "footfall transforms definitions" prints all of its faults.',
		};
	return kind === 'tests-failed'
		? {
				kind: 'tests-failed',
				text: `Data tests have failed since ${since}, so that new events are not counted: ${shortened(message)}. ${end}`,
				remedy:
					'Correct the model or the test that is named here: the next run then publishes. "footfall transforms build" runs the tests and prints the rows that fail; "footfall transforms run" publishes in spite of them.',
			}
		: {
				kind: 'run-failed',
				text: `Runs of the transforms have failed since ${since}, so that new events are not counted: ${shortened(message)}. ${end}`,
				remedy:
					'Footfall repeats the run by itself. If this stays, "footfall transforms build" prints the whole error; the log of the process that runs the transforms has it, too.',
			};
}

/** @param isComputed whether runs succeed, so that waiting helps */
function versionNotices(version: MartsVersion, isComputed: boolean): Notice[] {
	if (version === 'newer')
		return [
			{
				kind: 'other-version',
				text: 'A newer version of Footfall computed the numbers than that of this dashboard. What the dashboard does not know in them is missing.',
				remedy: 'Upgrade the process that serves the dashboard.',
			},
		];
	if (version !== 'earlier') return [];
	const wait = isComputed ? 'Wait for it, which takes minutes on a long history. ' : '';
	return [
		{
			kind: 'other-version',
			text: 'The numbers are those of an earlier version of Footfall until the first run of this version is published. What is new in this version is missing until then.',
			remedy: `${wait}If this stays, check that a process of this version runs the transforms ("footfall up", or "footfall transforms build --watch") and look at its log.`,
		},
	];
}

const heldNotice = (end: string): Notice => ({
	kind: 'held',
	text: `A rollback holds further runs of the transforms, so that new events are not counted. ${end}`,
	remedy: '"footfall transforms unlock" allows runs again.',
});

function waitingNotices(lag: MartsLag | undefined): Notice[] {
	if (lag === undefined || lag.waiting === 0 || lag.behindMs < waitingMsMin) return [];
	const minutes = Math.floor(lag.behindMs / 60_000);
	const age = minutes < 120 ? `${minutes} minutes` : `${Math.floor(minutes / 60)} hours`;
	return [
		{
			kind: 'waiting',
			text: `Events have been waiting for ${age} to be counted, and are missing in the numbers (${lag.waiting} receipts).`,
			remedy:
				'Check that a process runs the transforms ("footfall up", or "footfall transforms build --watch") and look at its log. A rebuild after an upgrade can take this long, too.',
		},
	];
}

function leftOutNotice(leftOut: MartsState['leftOut']): Notice {
	const named = leftOut.slice(0, sitesNamedMax).map(({ site, visitors, isSite, reason }) => {
		const what = isSite
			? `the site ${site}`
			: `${visitors} ${visitors === 1 ? 'visitor' : 'visitors'} of the site ${site}`;
		return `${what} (${shortened(reason)})`;
	});
	const others = leftOut.length - named.length;
	const more = others > 0 ? `, and data of ${others} more ${others === 1 ? 'site' : 'sites'}` : '';
	return {
		kind: 'left-out',
		text: `The numbers leave out ${named.join(', ')}${more}.`,
		remedy:
			'"footfall transforms left-out" lists them. Once the cause is corrected, "footfall transforms build --full-refresh" counts them again.',
	};
}

function failingNotice(failing: MartsState['failing']): Notice {
	const [{ name, words, sinceMs } = { name: '', words: '', sinceMs: 0 }, ...others] = failing;
	const named = namesOf(others);
	return {
		kind: 'own-test-failed',
		text: `The data test ${name} of the project folder has failed since ${timeOf(sinceMs)}: ${shortened(words)}.${named === '' ? '' : ` So have ${named}.`}`,
		remedy:
			'Correct the test if it is wrong; otherwise look at the rows that it returns with "footfall transforms test". Footfall goes on publishing.',
	};
}

/** The names of the first of some models or data tests, and the number of the others. */
function namesOf(others: readonly { name: string }[]): string {
	const named = others.slice(0, modelsNamedMax - 1).map(({ name }) => name);
	const more = others.length > named.length ? ` and ${others.length - named.length} more` : '';
	return `${named.join(', ')}${more}`;
}

function staleNotice(stale: MartsState['stale']): Notice {
	const [{ name, words, sinceMs } = { name: '', words: '', sinceMs: 0 }, ...others] = stale;
	const named = namesOf(others);
	const too = named === '' ? '' : ` Not current either: ${named}.`;
	return {
		kind: 'own-model-stale',
		text: `The model ${name} of the project folder has shown earlier rows since ${timeOf(sinceMs)}: ${shortened(words)}.${too}`,
		remedy:
			'If it is a fault of a file, correct the file: each run reads the changed files of the project folder first, and computes the model. Otherwise a later run tries again by itself; "footfall transforms build" does so at once. The numbers of this dashboard do not depend on it.',
	};
}

const timeOf = (ms: number) => `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

const shortened = (text: string) => {
	const line = text.replaceAll(/\s+/g, ' ').trim().replace(/[.;]$/, '');
	return line.length > reasonCharactersMax ? `${line.slice(0, reasonCharactersMax)}…` : line;
};
