import type { Condition } from './condition.js';
import { textMatches } from './matches.js';

/**
 * Whether a condition holds for events of a name, of which nothing else is known: true or false for all of them,
 * undefined if it depends on the rest of the event. Pure.
 */
export function couldHold(condition: Condition, name: string): boolean | undefined {
	switch (condition.kind) {
		case 'event':
			return textMatches(condition.is, name);
		case 'page':
			return name === 'view' ? undefined : false;
		case 'and':
			return allOf(condition.conditions.map((one) => couldHold(one, name)));
		case 'or':
			return negated(allOf(condition.conditions.map((one) => negated(couldHold(one, name)))));
		case 'not':
			return negated(couldHold(condition.condition, name));
		default:
			return undefined;
	}
}

const negated = (holds: boolean | undefined) => (holds === undefined ? undefined : !holds);

function allOf(each: readonly (boolean | undefined)[]): boolean | undefined {
	if (each.includes(false)) return false;
	return each.includes(undefined) ? undefined : true;
}
