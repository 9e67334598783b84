import type { ChoiceName } from '../../contract/choices.js';
import type { FilterName } from '../../contract/session-attributes.js';
import { type ViewDefinition, type ViewName, viewDefinitions, viewNames } from '../../contract/views.js';

/** A view with the parameters by which it shows one of several things. */
export interface ViewRequest {
	view: ViewName;
	/** Words that name the request among those of its view: `goal=order, device=mobile`; empty without parameters. */
	name: string;
	/** The choices of the view, and the filters, by parameter of the address. */
	parameters: Readonly<Record<string, string>>;
	/**
	 * Every choice of the view is made, and no filter, so that every query has rows. Not so in a live view, which shows
	 * the last minutes.
	 */
	isWhole: boolean;
}

/**
 * Values of the choices for a varied shop. A view of several choices takes the first of each together, then the second
 * of each, and so on. Every choice of the contract must have an entry, which the compiler checks.
 */
const chosen: Readonly<Record<ChoiceName, readonly string[]>> = {
	step: ['page:/catalog', 'event:add_to_cart'],
	event: ['vital', 'search', 'click'],
	property: ['property:value', 'property:query', 'experiment:cart_style'],
	goal: ['product', 'large_order'],
	funnel: ['shop', 'month', 'search_to_order'],
};

/** A filter that most sessions match. */
const filters = { device: 'mobile' } as const satisfies Partial<Record<FilterName, string>>;

/**
 * Every view of the dashboard, with each of its parameters and without, and with a filter where filters apply. Pure.
 *
 * @param definitions of the views. @default those of the dashboard
 */
export function viewRequests(definitions: Readonly<Record<string, ViewDefinition>> = viewDefinitions): ViewRequest[] {
	const names = definitions === viewDefinitions ? viewNames : (Object.keys(definitions) as ViewName[]);
	return names.flatMap((view) => requestsOf(view, definitions[view] as ViewDefinition));
}

function requestsOf(view: ViewName, { chooses = [], filterEffect, isLive = false }: ViewDefinition): ViewRequest[] {
	const turns = Math.max(0, ...chooses.map((name) => chosen[name].length));
	const made = Array.from({ length: turns }, (_, turn) =>
		Object.fromEntries(chooses.map((name) => [name, chosen[name][turn % chosen[name].length] as string])),
	);
	// The first choice alone, where a view has several.
	const some =
		chooses.length > 1 ? made.slice(0, 1).map((each) => Object.fromEntries(Object.entries(each).slice(0, 1))) : [];
	const all = [{}, ...some, ...made];
	return [
		...all.map((parameters) =>
			requestOf(view, parameters, !isLive && Object.keys(parameters).length === chooses.length),
		),
		...(filterEffect === 'none' ? [] : all.map((parameters) => requestOf(view, { ...parameters, ...filters }, false))),
	];
}

const requestOf = (view: ViewName, parameters: Readonly<Record<string, string>>, isWhole: boolean): ViewRequest => ({
	view,
	name: Object.entries(parameters)
		.map(([name, value]) => `${name}=${value}`)
		.join(', '),
	parameters,
	isWhole,
});
