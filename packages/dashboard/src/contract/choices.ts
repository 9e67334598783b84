import { filterCharactersMax } from './filter-length.js';
import { readStep } from './step.js';

/**
 * Parameters of requests, and of the page's address, that name what a view shows, where there are several of it:
 *
 * - `step`: the page or event from which paths start, `page:/cart` or `event:add_to_cart`
 * - `event`: the name of an event
 * - `property`: a property of that event, `property:plan`, or an experiment, `experiment:price`
 * - `goal`, `funnel`: the name of a goal or a funnel
 */
export const choiceNames = ['step', 'event', 'property', 'goal', 'funnel'] as const;

export type ChoiceName = (typeof choiceNames)[number];

export type Choices = { readonly [Name in ChoiceName]?: string };

const propertyKinds = ['property', 'experiment'] as const;

/** A property as it is in addresses, in its parts. Pure. @returns undefined for any other text */
export function readProperty(text: string): { kind: (typeof propertyKinds)[number]; key: string } | undefined {
	const kind = propertyKinds.find((each) => text.startsWith(`${each}:`));
	return kind === undefined ? undefined : { kind, key: text.slice(kind.length + 1) };
}

/** A phrase that says after the name of a choice what is wrong with its value; undefined for a valid one. Pure. */
export function choiceFault(name: ChoiceName, text: string): string | undefined {
	const read = name === 'step' ? readStep(text)?.name : name === 'property' ? readProperty(text)?.key : text;
	if (read === undefined)
		return name === 'step' ? 'must begin with page: or event:' : 'must begin with "property:" or "experiment:"';
	// Characters as ClickHouse counts them, which cuts the texts of the marts.
	return [...read].length <= filterCharactersMax ? undefined : `must have at most ${filterCharactersMax} characters`;
}
