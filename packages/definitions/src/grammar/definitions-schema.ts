import { z } from 'zod';
import { conditionSchema } from './condition-schema.js';
import { definitionLimits, namePattern } from './limits.js';
import { either, keyed, list, shown, text, word } from './schema-parts.js';

const {
	experimentsMax,
	funnelsMax,
	goalsMax,
	nameLengthMax,
	sitesMax,
	stepsMax,
	stepsMin,
	titleLengthMax,
	windowMsMax,
	windowMsMin,
} = definitionLimits;

/** A name in the form of the names of goals, funnels and experiments. */
const name = z.string({ error: 'must be the name of a goal' }).regex(namePattern, {
	error: ({ input }) =>
		`${shown(String(input))} is not a name: a lower-case letter, then up to 63 lower-case letters, digits and underscores`,
});
const title = text(titleLengthMax)
	.refine((value) => /[\p{L}\p{N}\p{P}\p{S}]/u.test(value), { error: 'must have a character that can be seen' })
	.optional()
	.meta({ description: 'Title in the dashboard.' });
const sites = list(
	z
		.string({ error: 'must be the key of a site' })
		.regex(/^[\w.-]{1,64}$/, { error: 'must be the key of a site: letters, digits, dots, dashes and underscores' }),
	'keys of sites',
	sitesMax,
)
	.optional()
	.meta({ description: 'Keys of the sites to which it applies. Without it: all sites.' });
const when = (description: string) => conditionSchema.meta({ description });
const goalName = name.meta({ description: 'Name of a goal.' });

const value = either('"none", "amount" or { "property": "…" }', [
	word(['none', 'amount'], 'a value of a goal'),
	keyed('a value of a goal', { property: text(nameLengthMax) }),
])
	.optional()
	.meta({
		description: 'Value of a conversion: the amount of the event, or a property that is a number. Default: none.',
	});

export const goalSchema = keyed('a goal', { title, when: when('The events that are conversions.'), value, sites });

const unitsMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };
const windowMessage = 'must be a time from 1 minute to 90 days, such as "30m", "24h" or "7d"';

/** A time such as `24h`, milliseconds. Pure. */
export const windowMsOf = (within: string): number =>
	Number(within.slice(0, -1)) * (unitsMs[within.slice(-1)] as number);

const within = z
	.string({ error: windowMessage })
	.regex(/^[1-9][0-9]{0,5}[mhd]$/, { error: windowMessage })
	.refine((time) => windowMsOf(time) >= windowMsMin && windowMsOf(time) <= windowMsMax, { error: windowMessage })
	.meta({
		description: 'Time from the first step within which all others count: minutes, hours or days; 30m, 24h, 7d.',
	});

const step = either('the name of a goal, or an object with when or goal', [
	goalName,
	keyed('a step', { title, when: when('The events that are this step.').optional(), goal: goalName.optional() }).refine(
		(one) => (one.when === undefined) !== (one.goal === undefined),
		{ error: 'needs either when or goal' },
	),
]);

export const funnelSchema = keyed('a funnel', {
	title,
	within,
	steps: z
		.array(step, { error: 'must be a list of steps' })
		.min(stepsMin, { error: `must have at least ${stepsMin} steps` })
		.max(stepsMax, { error: `must have at most ${stepsMax} steps` })
		.meta({ description: 'Steps in their order: each the name of a goal, or an object with a condition.' }),
	sites,
});

export const experimentSchema = keyed('an experiment', {
	title,
	key: text(nameLengthMax).meta({ description: 'Key in exp, whose value is the variant that a visitor sees.' }),
	goal: goalName,
	sites,
});

const section = <Entry extends z.ZodType>(entry: Entry, what: string, most: number) =>
	z
		.record(name, entry, {
			error: `must be an object of ${what}, each by its name`,
		})
		.refine((entries) => Object.keys(entries).length <= most, { error: `must have at most ${most} ${what}` })
		.meta({ maxProperties: most });

/** A definitions.json. */
export const fileSchema = keyed(
	'the definitions',
	{
		$schema: z
			.string({ error: 'must be the path or the address of a JSON Schema' })
			.optional()
			.meta({ description: 'Path or address of the JSON Schema, for editors.' }),
		goals: section(goalSchema, 'goals', goalsMax).optional().meta({
			description: 'Events that the site wants to happen, by name. Without it: checkout and order.',
		}),
		funnels: section(funnelSchema, 'funnels', funnelsMax).optional().meta({
			description: 'Steps that visitors take in order, by name. Without it: the funnel of a shop.',
		}),
		experiments: section(experimentSchema, 'experiments', experimentsMax).optional().meta({
			description: 'Variants that are compared by a goal, by name. Without it: none.',
		}),
	},
	'must be an object with goals, funnels or experiments',
).meta({ title: 'Definitions of Footfall' });
