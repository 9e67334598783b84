import { z } from 'zod';
import { dayFault } from '../contract/day-range.js';
import { filterCharactersMax } from '../contract/filter-length.js';
import { type FilterName, filterNames } from '../contract/session-attributes.js';
import { readStep, type Step } from '../contract/step.js';
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
	/** The page or event that the view starts from; undefined for the one that it chooses. */
	step?: Step;
	/** Name of the event whose objects and properties are asked for; absent for none. */
	event?: string;
	/** The property of these events whose values are asked for: `property` or `experiment`, and its key. */
	property?: { kind: string; key: string };
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
const inBounds = `at most ${filterCharactersMax} characters`;
const value = z.string().refine((text) => [...text].length <= filterCharactersMax, `must have ${inBounds}`);
const step = z.string().transform((text, context) => {
	const read = readStep(text);
	if (read !== undefined && value.safeParse(read.name).success) return read;
	const message = read === undefined ? 'must begin with page: or event:' : `must have ${inBounds}`;
	context.addIssue({ code: 'custom', message });
	return z.NEVER;
});

const schema = z.strictObject({
	site: z.string('is missing').min(1, 'must not be empty').max(64, 'must have at most 64 characters'),
	from: day,
	to: day,
	step: step.exactOptional(),
	event: value.exactOptional(),
	property: value.regex(/^(property|experiment):/, 'must begin with "property:" or "experiment:"').exactOptional(),
	...(Object.fromEntries(filterNames.map((name) => [name, value.exactOptional()])) as Record<
		FilterName,
		z.ZodExactOptional<typeof value>
	>),
});

/** Parses the query string of a request. Pure. @param hasStep whether the view starts from a step. @default false */
export function readScope(query: URLSearchParams, hasStep = false): ScopeResult {
	const names = [...query.keys()];
	const twice = names.find((name, at) => names.indexOf(name) !== at);
	if (twice !== undefined) return { ok: false, fault: `${quoted(twice)} is given twice` };
	const parsed = schema.safeParse(Object.fromEntries(query));
	if (!parsed.success) return { ok: false, fault: parsed.error.issues.map(faultOf).join('; ') };
	const { site, from, to, step, event, property, ...filters } = parsed.data;
	if (step !== undefined && !hasStep) return { ok: false, fault: '"step" is not a parameter of this view' };
	const days = (Date.parse(to) - Date.parse(from)) / dayMs + 1;
	if (days < 1) return { ok: false, fault: '"from" must not be after "to"' };
	if (days > rangeDaysMax) return { ok: false, fault: `from "from" to "to" must be at most ${rangeDaysMax} days` };
	const chosen = {
		...(step === undefined ? {} : { step }),
		...(event === undefined ? {} : { event }),
		...(property === undefined ? {} : { property: propertyOf(property) }),
	};
	return { ok: true, scope: { site, from, to, filters, ...chosen, money: noMoney } };
}

function propertyOf(text: string): { kind: string; key: string } {
	const at = text.indexOf(':');
	return { kind: text.slice(0, at), key: text.slice(at + 1) };
}

function faultOf({ code, path, message, ...issue }: z.core.$ZodIssue): string {
	if (code === 'unrecognized_keys' && 'keys' in issue) return `${quoted(String(issue.keys))} is not a parameter`;
	return `${quoted(String(path[0]))} ${message}`;
}

function quoted(name: string): string {
	return JSON.stringify(name.slice(0, 40));
}
