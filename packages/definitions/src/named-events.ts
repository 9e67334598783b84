import type { Condition } from './conditions/condition.js';
import { couldHold } from './conditions/could-hold.js';
import type { Definitions, Goal } from './definitions.js';

/** An event that conditions name. */
export interface NamedEvent {
	name: string;
	/** Keys of the properties that the same conditions name, and of the values of their goals. */
	keys: ReadonlySet<string>;
}

/**
 * The events that conditions of goals and of steps of funnels name by a whole name, each once. A name that a condition
 * excludes is not among them. Pure.
 *
 * @param site key of a site, to leave out the goals and funnels of other sites. @default all sites
 */
export function namedEvents({ goals, funnels }: Definitions, site?: string): NamedEvent[] {
	const keysOfName = new Map<string, Set<string>>();
	const add = (when: Condition, value: readonly string[]) => {
		for (const one of alternatives(when))
			for (const name of namesIn(one)) {
				const keys = keysOfName.get(name) ?? new Set();
				for (const key of [...keysIn(one), ...value]) keys.add(key);
				keysOfName.set(name, keys);
			}
	};
	for (const { when, value } of goals.filter(isOf(site))) add(when, value.kind === 'property' ? [value.property] : []);
	for (const { steps } of funnels.filter(isOf(site))) for (const { when } of steps) add(when, []);
	return [...keysOfName].map(([name, keys]) => ({ name, keys }));
}

/**
 * The goals of which events of a name can be conversions. Goals that any event can reach, such as that of all events on
 * a page, are left out. Pure.
 *
 * @param site as of `namedEvents`
 */
export function conversionsOf({ goals }: Definitions, name: string, site?: string): Goal[] {
	return goals.filter(
		(goal) => isOf(site)(goal) && couldHold(goal.when, name) !== false && couldHold(goal.when, noName) === false,
	);
}

/** No event has it: the name of an event has no control characters. */
const noName = '\0';

const isOf =
	(site: string | undefined) =>
	({ sites }: { sites?: readonly string[] | undefined }) =>
		site === undefined || sites === undefined || sites.includes(site);

const alternatives = (condition: Condition): Condition[] =>
	condition.kind === 'or' ? condition.conditions.flatMap(alternatives) : [condition];

function namesIn(condition: Condition): readonly string[] {
	if (condition.kind === 'event') return condition.is.op === 'equal' ? condition.is.texts : [];
	return condition.kind === 'and' || condition.kind === 'or' ? condition.conditions.flatMap(namesIn) : [];
}

function keysIn(condition: Condition): string[] {
	if (condition.kind === 'property') return [condition.property];
	if (condition.kind === 'not') return keysIn(condition.condition);
	return condition.kind === 'and' || condition.kind === 'or' ? condition.conditions.flatMap(keysIn) : [];
}
