import type { z } from 'zod';
import type { Condition } from '../conditions/condition.js';
import { defaultDefinitions } from '../default-definitions.js';
import type { Definitions, Experiment, Funnel, FunnelStep, Goal } from '../definitions.js';
import { conditionOf } from './condition-of.js';
import { experimentSchema, fileSchema, funnelSchema, goalSchema, windowMsOf } from './definitions-schema.js';
import { faultsOf, type ValueFault } from './faults-of.js';
import { definitionLimits, namePattern } from './limits.js';
import { unknownWord } from './schema-parts.js';
import { sqlSizeFault } from './sql-size.js';

/**
 * Makes definitions of the value of a file, or finds all faults of it: those of the grammar, and names of goals that
 * there are not, also in the parts without other faults. A file without these may have too much SQL. Pure.
 */
export function definitionsOf(value: unknown): { definitions: Definitions } | { faults: ValueFault[] } {
	const parsed = fileSchema.safeParse(value);
	const faults = [...(parsed.success ? [] : faultsOf(parsed.error.issues, value)), ...protoFaults(value)];
	const found = (section: string) => entriesOf(value, section);
	const goals = parts(found('goals'), goalSchema, goalOf) ?? defaultDefinitions.goals;
	const funnels =
		parts(found('funnels'), funnelSchema, (name, funnel) => funnelOf(name, funnel, goals)) ??
		defaultDefinitions.funnels;
	const experiments = parts(found('experiments'), experimentSchema, experimentOf) ?? defaultDefinitions.experiments;
	// The name of a goal that has a fault is known, too.
	const known = Object.keys(found('goals') ?? Object.fromEntries(goals.map((goal) => [goal.name, goal]))).filter(
		(name) => namePattern.test(name),
	);
	for (const { path, goal } of [...goalsOfSteps(found('funnels')), ...goalsOfExperiments(found('experiments'))])
		if (namePattern.test(goal) && !known.includes(goal))
			faults.push({ path, isOfKey: false, words: unknownWord(goal, 'a goal', known) });
	if (faults.length > 0) return { faults };
	const definitions = { goals, funnels, experiments };
	const tooLarge = sqlSizeFault(definitions);
	return tooLarge === undefined ? { definitions } : { faults: [tooLarge] };
}

/** A name of a goal in the file. */
interface GoalReference {
	path: readonly PropertyKey[];
	goal: string;
}

function goalsOfSteps(funnels: Record<string, unknown> = {}): GoalReference[] {
	return Object.entries(funnels).flatMap(([name, funnel]) => {
		const { steps } = objectOf(funnel);
		if (!Array.isArray(steps)) return [];
		return steps.flatMap((step: unknown, i) => {
			const path = ['funnels', name, 'steps', i];
			if (typeof step === 'string') return [{ path, goal: step }];
			const { goal } = objectOf(step);
			return typeof goal === 'string' ? [{ path: [...path, 'goal'], goal }] : [];
		});
	});
}

const goalsOfExperiments = (experiments: Record<string, unknown> = {}): GoalReference[] =>
	Object.entries(experiments).flatMap(([name, experiment]) => {
		const { goal } = objectOf(experiment);
		return typeof goal === 'string' ? [{ path: ['experiments', name, 'goal'], goal }] : [];
	});

/** A value of the file as an object, which is empty if it is not one. */
const objectOf = (value: unknown): Record<string, unknown> =>
	typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

/** The entries of a section; undefined if the file does not have it. */
function entriesOf(value: unknown, section: string): Record<string, unknown> | undefined {
	const sections = objectOf(value);
	return Object.hasOwn(sections, section) ? objectOf(sections[section]) : undefined;
}

/** The parts of a section that have no faults of their own; undefined if the file does not have the section. */
const parts = <Schema extends z.ZodType, Part>(
	entries: Record<string, unknown> | undefined,
	schema: Schema,
	partOf: (name: string, json: z.output<Schema>) => Part,
): Part[] | undefined =>
	entries === undefined
		? undefined
		: Object.entries(entries).flatMap(([name, value]) => {
				const parsed = schema.safeParse(value);
				return parsed.success ? [partOf(name, parsed.data)] : [];
			});

/** Keys that the validation would pass over. */
function protoFaults(value: unknown, path: readonly PropertyKey[] = []): ValueFault[] {
	if (typeof value !== 'object' || value === null) return [];
	const entries: [PropertyKey, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
	return entries.flatMap(([key, inner]) => [
		...(key === '__proto__'
			? [{ path: [...path, key], isOfKey: true, words: '"__proto__" is not possible as a key' }]
			: []),
		...protoFaults(inner, [...path, key]),
	]);
}

/** A title that is made from a name: `new_trial` gives New trial. */
const titleOf = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`.replaceAll('_', ' ');

function goalOf(name: string, { title, when, value, sites }: z.output<typeof goalSchema>): Goal {
	return {
		name,
		title: title ?? titleOf(name),
		when: conditionOf(when),
		value: typeof value === 'object' ? { kind: 'property', property: value.property } : { kind: value ?? 'none' },
		sites,
	};
}

function funnelOf(name: string, funnel: z.output<typeof funnelSchema>, goals: readonly Goal[]): Funnel {
	const { title, within, steps, sites } = funnel;
	return {
		name,
		title: title ?? titleOf(name),
		windowMs: windowMsOf(within),
		steps: steps.flatMap((step, i): FunnelStep[] => {
			const { title: own, when, goal } = typeof step === 'string' ? { goal: step } : step;
			if (when !== undefined) {
				const condition = conditionOf(when);
				return [{ title: own ?? stepTitleOf(condition) ?? `Step ${i + 1}`, when: condition }];
			}
			const named = goals.find((one) => one.name === goal);
			return named === undefined ? [] : [{ title: own ?? named.title, when: named.when }];
		}),
		sites,
	};
}

/** The title of a step that is about one event or one page; undefined for another. */
function stepTitleOf(condition: Condition): string | undefined {
	if (condition.kind === 'event' && condition.is.op === 'equal' && condition.is.texts.length === 1)
		return titleOf(condition.is.texts[0] as string);
	if (condition.kind !== 'page' || condition.patterns.length > 1) return undefined;
	const [pattern = ''] = condition.patterns;
	return pattern.length <= definitionLimits.titleLengthMax ? pattern : undefined;
}

const experimentOf = (name: string, { title, key, goal, sites }: z.output<typeof experimentSchema>): Experiment => ({
	name,
	title: title ?? titleOf(name),
	key,
	goal,
	sites,
});
