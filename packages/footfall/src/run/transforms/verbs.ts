import { quoted } from '@footfall/json';
import { formerVerbFault } from '../../settings/former-names.js';
import type { transformsOptions } from '../../settings/option-groups.js';
import { options } from '../../settings/options.js';
import type { Origin } from '../../settings/read-settings.js';
import { optionsOfOtherVerbs } from '../options-of-other-verbs.js';

/** The verbs of `footfall transforms`, in the order of its help and of the guide's table (tested against this list). */
export const verbs = [
	{
		name: 'build',
		form: 'build',
		meaning: 'Builds all models from new events, tests them, and publishes them. The default verb.',
	},
	{ name: 'run', form: 'run', meaning: 'Builds like build, but publishes even if data tests fail.' },
	{ name: 'test', form: 'test', meaning: 'Tests the published models.' },
	{ name: 'plan', form: 'plan', meaning: 'Prints what build would do, without doing it.' },
	{ name: 'restate', form: 'restate', meaning: 'Recomputes the visitors that --user, --since or --until select.' },
	{
		name: 'verify',
		form: 'verify',
		meaning: 'Rebuilds everything in separate tables, and compares the result with the published models.',
	},
	{ name: 'freshness', form: 'freshness', meaning: 'Prints how long events have been waiting for the marts.' },
	{
		name: 'left-out',
		form: 'left-out',
		meaning: 'Lists the visitors and sites that the marts leave out, newest first, each with the reason.',
	},
	{ name: 'runs', form: 'runs', meaning: 'Lists published runs, newest first.' },
	{
		name: 'rollback',
		form: 'rollback RUN',
		meaning: 'Publishes an earlier run again, and blocks further runs until transforms unlock.',
	},
	{
		name: 'unlock',
		form: 'unlock',
		meaning: 'Releases the lock of a run that ended abnormally, and allows runs again after a rollback.',
	},
	{
		name: 'gc',
		form: 'gc',
		meaning: 'Drops the rows of earlier runs that no reader needs, now instead of in the next run.',
	},
	{ name: 'ls', form: 'ls', meaning: 'Lists the models.' },
	{ name: 'show', form: 'show MODEL', meaning: 'Prints rows of a published model.' },
	{ name: 'compile', form: 'compile', meaning: 'Prints the SQL of the published views.' },
	{ name: 'lineage', form: 'lineage', meaning: 'Draws the lineage: the upstream models of each model.' },
	{
		name: 'definitions',
		form: 'definitions',
		meaning: 'Prints the goals, funnels and experiments of the project folder, or the faults of their file.',
	},
	{ name: 'docs', form: 'docs', meaning: 'Prints an HTML page with the lineage and the columns of every model.' },
] as const;

export type Verb = (typeof verbs)[number]['name'];

/** Verbs that need no ClickHouse. */
const offlineVerbs = ['ls', 'compile', 'lineage', 'definitions', 'docs'] as const satisfies readonly Verb[];

export type OfflineVerb = (typeof offlineVerbs)[number];
export type OnlineVerb = Exclude<Verb, OfflineVerb>;

export function isOffline(verb: Verb): verb is OfflineVerb {
	return (offlineVerbs as readonly Verb[]).includes(verb);
}

/** Verbs that need no project folder, so that a fault in it does not keep an operator from them. */
const verbsWithoutFolder: readonly Verb[] = ['freshness', 'left-out', 'runs', 'rollback', 'unlock', 'gc'];

export const readsProjectFolder = (verb: Verb): boolean => !verbsWithoutFolder.includes(verb);

/** A verb and its argument, or their fault. */
export type VerbRequest = { ok: true; verb: Verb; operand: string | undefined } | { ok: false; fault: string };

/** Parses the arguments of `footfall transforms`. Pure. */
export function readVerb(operands: readonly string[]): VerbRequest {
	const [word = 'build', operand, ...rest] = operands;
	const known = verbs.find(({ name }) => name === word);
	if (!known) {
		const former = formerVerbFault(word);
		if (former !== undefined) return { ok: false, fault: former };
		const list = verbs.map(({ name }) => name).join(', ');
		return { ok: false, fault: `unknown verb ${quoted(word)}; footfall transforms --help lists the verbs (${list})` };
	}
	const wantsOperand = known.form !== known.name;
	if (wantsOperand && operand === undefined)
		return { ok: false, fault: `${word} requires an argument: footfall transforms ${known.form}` };
	const surplus = wantsOperand ? rest[0] : operand;
	if (surplus !== undefined)
		return { ok: false, fault: `unexpected argument ${quoted(surplus)}; use footfall transforms ${known.form}` };
	if (word === 'rollback' && !/^\d{1,19}$/.test(operand ?? ''))
		return {
			ok: false,
			fault: `${quoted(operand ?? '')} is not a valid run number; footfall transforms runs lists the runs`,
		};
	return { ok: true, verb: known.name, operand };
}

type TransformsOption = (typeof transformsOptions)[number];

/** The options that only some verbs read, each with these verbs. All verbs read the others. */
const verbsOfOption = {
	select: ['test', 'ls', 'compile', 'lineage', 'docs'],
	exclude: ['test', 'ls', 'compile', 'lineage', 'docs'],
	fullRefresh: ['build', 'run', 'plan'],
	since: ['build', 'run', 'restate'],
	until: ['build', 'run', 'restate'],
	user: ['restate'],
	watch: ['build', 'run'],
	transformSeconds: ['build', 'run'],
	sql: ['plan'],
	limit: ['left-out', 'runs', 'show'],
	maxAge: ['freshness'],
	format: ['lineage'],
} as const satisfies Partial<Record<TransformsOption, readonly Verb[]>>;

type VerbOption = keyof typeof verbsOfOption;

/** Verbs that compute models. They compute all that new events change, because all models are published together. */
const computingVerbs: readonly Verb[] = ['build', 'run', 'plan', 'restate', 'verify'];
/** Options that only a single run reads, and `--watch` does not. */
const singleRunOptions = ['fullRefresh', 'since', 'until'] as const satisfies readonly VerbOption[];

/**
 * The faults of options that the verb would ignore. A variable or a settings file may hold options of other verbs,
 * but a selection of models changes what a verb is expected to do, so it is never ignored. Pure.
 *
 * @param origins source of each setting
 * @param watches whether the verb repeats its run
 */
export function unreadOptions(
	verb: Verb,
	origins: Readonly<Record<TransformsOption, Origin>>,
	watches: boolean,
): string[] {
	const selects = (name: string) => name === 'select' || name === 'exclude';
	const isGiven = (name: string) => {
		const origin = origins[name as TransformsOption];
		return origin === 'flag' || (selects(name) && origin !== 'default');
	};
	const ofOthers = optionsOfOtherVerbs('transforms', verb, verbsOfOption, isGiven, (name) =>
		selects(name) && computingVerbs.includes(verb) ? ', because all models are computed and published together' : '',
	);
	const whileWatching = singleRunOptions
		.filter((name) => watches && (verb === 'build' || verb === 'run') && isGiven(name))
		.map((name) => `--watch does not take --${options[name].flag}; run transforms ${verb} with it once, then --watch`);
	return [...ofOthers, ...whileWatching];
}
