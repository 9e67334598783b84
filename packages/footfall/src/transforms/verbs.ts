/** What `footfall transforms` can do, in the order of its help and of the guide's table (tested against this list). */
export const verbs = [
	{
		name: 'build',
		form: 'build',
		meaning: 'Brings all models up to date, tests them, and publishes them. Also without a verb.',
	},
	{ name: 'run', form: 'run', meaning: 'The same, but publishes even what data tests object to.' },
	{ name: 'test', form: 'test', meaning: 'Tests what readers see.' },
	{ name: 'plan', form: 'plan', meaning: 'Says what build would do, and does nothing.' },
	{ name: 'restate', form: 'restate', meaning: 'Makes the visitors of --user, --since or --until anew.' },
	{ name: 'verify', form: 'verify', meaning: 'Makes everything anew aside, and compares it with what readers see.' },
	{ name: 'freshness', form: 'freshness', meaning: 'Says how long events have been waiting for the marts.' },
	{
		name: 'left-out',
		form: 'left-out',
		meaning: 'Lists visitors and sites that the marts leave out, newest first, each with the reason.',
	},
	{ name: 'runs', form: 'runs', meaning: 'Lists published runs, newest first.' },
	{
		name: 'rollback',
		form: 'rollback RUN',
		meaning: 'Shows readers an earlier run again, and holds runs until unlock.',
	},
	{ name: 'unlock', form: 'unlock', meaning: "Frees a dead run's lock, and ends what a rollback holds." },
	{ name: 'gc', form: 'gc', meaning: 'Drops rows of runs that nobody reads any more, now.' },
	{ name: 'ls', form: 'ls', meaning: 'Lists models.' },
	{ name: 'show', form: 'show MODEL', meaning: 'Prints rows of a model.' },
	{ name: 'compile', form: 'compile', meaning: 'Prints the SQL of the views that readers see.' },
	{ name: 'lineage', form: 'lineage', meaning: 'Draws the lineage: which models are upstream of which.' },
	{ name: 'docs', form: 'docs', meaning: 'Prints an HTML page with the lineage and every column.' },
] as const;

export type Verb = (typeof verbs)[number]['name'];

/** What needs no ClickHouse. */
const offlineVerbs = ['ls', 'compile', 'lineage', 'docs'] as const satisfies readonly Verb[];

export type OfflineVerb = (typeof offlineVerbs)[number];
export type OnlineVerb = Exclude<Verb, OfflineVerb>;

export function isOffline(verb: Verb): verb is OfflineVerb {
	return (offlineVerbs as readonly Verb[]).includes(verb);
}

/** A verb and what follows it, or what is wrong. Pure. */
export type VerbRequest = { ok: true; verb: Verb; operand: string | undefined } | { ok: false; fault: string };

/** Verbs of earlier versions, with the verbs that replaced them. */
const renamedVerbs: Record<string, string> = { graph: 'lineage' };

/** Reads what follows `footfall transforms`. Pure. */
export function readVerb(operands: readonly string[]): VerbRequest {
	const [word = 'build', operand, ...rest] = operands;
	const known = verbs.find(({ name }) => name === word);
	if (!known) {
		const renamed = renamedVerbs[word];
		if (renamed !== undefined)
			return { ok: false, fault: `"${word}" is now "${renamed}": footfall transforms ${renamed}` };
		const list = verbs.map(({ name }) => name).join(', ');
		return { ok: false, fault: `"${word}" is no verb of transforms; footfall transforms --help lists them (${list})` };
	}
	const wantsOperand = known.form !== known.name;
	if (wantsOperand && operand === undefined)
		return { ok: false, fault: `${word} needs to know which: footfall transforms ${known.form}` };
	const surplus = wantsOperand ? rest[0] : operand;
	if (surplus !== undefined)
		return { ok: false, fault: `"${surplus}" is too much; write footfall transforms ${known.form}` };
	if (word === 'rollback' && !/^\d{1,19}$/.test(operand ?? ''))
		return { ok: false, fault: `"${operand}" is no number of a run; footfall transforms runs lists them` };
	return { ok: true, verb: known.name, operand };
}
