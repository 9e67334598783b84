import { options } from '../settings/options.js';

/** The options of a command that only some verbs read, each with these verbs. All verbs read the others. */
export type VerbsOfOption<Verb extends string> = Partial<Record<keyof typeof options, readonly Verb[]>>;

/**
 * The faults of given options that the verb would ignore. Pure.
 *
 * @param isGiven whether an option counts as given for this verb
 * @param why a reason that the fault adds, with the comma before it. @default none
 */
export function optionsOfOtherVerbs<Verb extends string>(
	command: string,
	verb: Verb,
	verbsOfOption: VerbsOfOption<Verb>,
	isGiven: (name: keyof typeof options) => boolean,
	why: (name: keyof typeof options) => string = () => '',
): string[] {
	return (Object.entries(verbsOfOption) as [keyof typeof options, readonly Verb[]][])
		.filter(([name, verbs]) => isGiven(name) && !verbs.includes(verb))
		.map(([name, verbs]) => {
			const others = verbs.map((other) => `${command} ${other}`).join(', ');
			return `${command} ${verb} does not take --${options[name].flag}${why(name)}; remove it, or use it with ${others}`;
		});
}
