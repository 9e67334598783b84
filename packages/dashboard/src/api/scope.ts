import { z } from 'zod';
import { dayFault } from '../contract/day-range.js';
import { filterCharactersMax } from '../contract/filter-length.js';
import { type FilterName, filterNames } from '../contract/session-attributes.js';
import { type ChoiceName, choiceNames, type ViewDefinition } from '../contract/views.js';
import { noMoney, type SiteMoney } from './money/site-money.js';

/** Longest range of a request, days. */
const rangeDaysMax = 1_100;

const dayMs = 86_400_000;

/** The data that a request asks for: a site, a range of days, and filters on sessions. */
export interface Scope {
	/** Site key. */
	site: string;
	/** First UTC day, `2026-01-31`. */
	from: string;
	/** Last UTC day, inclusive. */
	to: string;
	/** Values that matching sessions have; an empty text matches sessions whose value is not known. */
	filters: Partial<Record<FilterName, string>>;
	/** The name of what a view shows, where there are several of it; undefined for the one that the view chooses. */
	choice?: string;
	/** How the money of the site is counted, which is no part of a request. */
	money: SiteMoney;
}

/** The scope of queries that have none. */
export const noScope: Scope = { site: '', from: '1970-01-01', to: '1970-01-01', filters: {}, money: noMoney };

/** A scope, or what is wrong with the request, in one line. */
export type ScopeResult = { ok: true; scope: Scope } | { ok: false; fault: string };

const day = z.string('is missing').superRefine((text, context) => {
	const message = dayFault(text);
	if (message !== undefined) context.addIssue({ code: 'custom', message });
});
// Characters as ClickHouse counts them, which cuts the texts of the marts.
const value = z
	.string()
	.refine((text) => [...text].length <= filterCharactersMax, `must have at most ${filterCharactersMax} characters`);

const optionalValues = <Name extends string>(names: readonly Name[]) =>
	Object.fromEntries(names.map((name) => [name, value.exactOptional()])) as Record<
		Name,
		z.ZodExactOptional<typeof value>
	>;

const schema = z.strictObject({
	site: z.string('is missing').min(1, 'must not be empty').max(64, 'must have at most 64 characters'),
	from: day,
	to: day,
	...optionalValues<FilterName>(filterNames),
	...optionalValues<ChoiceName>(choiceNames),
});

/**
 * Parses the query string of a request. Pure.
 *
 * @param view what its definition says of further parameters. @default it has none
 */
export function readScope(query: URLSearchParams, { chooses }: Pick<ViewDefinition, 'chooses'> = {}): ScopeResult {
	const names = [...query.keys()];
	const twice = names.find((name, at) => names.indexOf(name) !== at);
	if (twice !== undefined) return { ok: false, fault: `${quoted(twice)} is given twice` };
	const parsed = schema.safeParse(Object.fromEntries(query));
	if (!parsed.success) return { ok: false, fault: parsed.error.issues.map(faultOf).join('; ') };
	const { site, from, to, goal, funnel, ...filters } = parsed.data;
	const choices: Partial<Record<ChoiceName, string>> = { ...(goal && { goal }), ...(funnel && { funnel }) };
	const other = choiceNames.find((name) => name in parsed.data && name !== chooses);
	if (other !== undefined) return { ok: false, fault: `${quoted(other)} is not a parameter of this view` };
	const choice = chooses && choices[chooses];
	const days = (Date.parse(to) - Date.parse(from)) / dayMs + 1;
	if (days < 1) return { ok: false, fault: '"from" must not be after "to"' };
	if (days > rangeDaysMax) return { ok: false, fault: `from "from" to "to" must be at most ${rangeDaysMax} days` };
	return { ok: true, scope: { site, from, to, filters, ...(choice && { choice }), money: noMoney } };
}

function faultOf({ code, path, message, ...issue }: z.core.$ZodIssue): string {
	if (code === 'unrecognized_keys' && 'keys' in issue) return `${quoted(String(issue.keys))} is not a parameter`;
	return `${quoted(String(path[0]))} ${message}`;
}

function quoted(name: string): string {
	return JSON.stringify(name.slice(0, 40));
}
