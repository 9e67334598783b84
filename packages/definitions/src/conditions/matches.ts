import {
	amountScale,
	amountUnits,
	firstCharacters,
	propertyScale,
	propertyUnits,
	unitsOf,
	wellFormed,
} from './comparable.js';
import {
	amountMax,
	type Condition,
	type ConditionEvent,
	type NumberComparison,
	objectIdLengthMax,
	type PropertyComparison,
	pathLengthMax,
	type TextComparison,
} from './condition.js';
import { pathMatches } from './page-pattern.js';

/**
 * Whether a condition holds for an event. It does not use `conditionSql`, so that tests and recounts can compare the
 * two, and sees the event as the model `stg_events` has it: with a long object id or path cut off, and 0 for an
 * implausible amount. Pure.
 *
 * @throws RangeError for a number that is not from -1e12 to 1e12
 */
export function matches(condition: Condition, event: ConditionEvent): boolean {
	switch (condition.kind) {
		case 'event':
			return textMatches(condition.is, event.name);
		case 'object':
			return textMatches(condition.is, event.obj);
		case 'objectId':
			return textMatches(condition.is, firstCharacters(wellFormed(event.obj_id), objectIdLengthMax));
		case 'page':
			return event.name === 'view' && event.obj === 'page' && isOnPage(condition.patterns, event);
		case 'onPage':
			return isOnPage(condition.patterns, event);
		case 'property':
			return propertyMatches(condition.is, condition.property, event);
		case 'amount':
			return numberMatches(condition.is, amountUnits(countedAmount(event)), amountScale);
		case 'source':
			return condition.sources.includes(event.source);
		case 'and':
			return condition.conditions.every((one) => matches(one, event));
		case 'or':
			return condition.conditions.some((one) => matches(one, event));
		case 'not':
			return !matches(condition.condition, event);
	}
}

const countedAmount = ({ amount }: ConditionEvent) => (amount > amountMax ? 0 : amount);

function isOnPage(patterns: readonly string[], event: ConditionEvent): boolean {
	const path = firstCharacters(wellFormed(event.path), pathLengthMax);
	return patterns.some((pattern) => pathMatches(pattern, path));
}

/** Whether a comparison holds for a text. Pure. */
export function textMatches(is: TextComparison, given: string): boolean {
	const text = wellFormed(given);
	switch (is.op) {
		case 'equal':
			return is.texts.some((one) => wellFormed(one) === text);
		case 'contains':
			return text.includes(wellFormed(is.text));
		case 'starts':
			return text.startsWith(wellFormed(is.text));
		case 'ends':
			return text.endsWith(wellFormed(is.text));
	}
}

function numberMatches(is: NumberComparison, units: bigint, scale: number): boolean {
	switch (is.op) {
		case 'equalNumber':
			return is.numbers.some((number) => unitsOf(number, scale) === units);
		case 'greater':
			return units > unitsOf(is.number, scale);
		case 'less':
			return units < unitsOf(is.number, scale);
		case 'atLeast':
			return units >= unitsOf(is.number, scale);
		case 'atMost':
			return units <= unitsOf(is.number, scale);
	}
}

function propertyMatches(is: PropertyComparison, property: string, { props }: ConditionEvent): boolean {
	const key = wellFormed(property);
	const [, value] = Object.entries(props).find(([name]) => wellFormed(name) === key) ?? [];
	switch (is.op) {
		case 'exists':
			return (value !== undefined) === is.exists;
		case 'equal':
		case 'contains':
		case 'starts':
		case 'ends':
			return value !== undefined && textMatches(is, value);
		default: {
			const units = value === undefined ? undefined : propertyUnits(value);
			return units !== undefined && numberMatches(is, units, propertyScale);
		}
	}
}
