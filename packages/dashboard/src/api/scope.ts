import { z } from 'zod';
import { dayFault } from '../contract/day-range.js';
import { type SegmentName, segmentNames } from './segments.js';

/** Longest range of one question, days. */
const rangeDaysMax = 1_100;

const dayMs = 86_400_000;

/** What a view is asked about: a site, some days, and which part of the sessions. */
export interface Scope {
	/** Site key. */
	site: string;
	/** First UTC day, `2026-01-31`. */
	from: string;
	/** Last UTC day, included. */
	to: string;
	/** Sessions with exactly these values; an empty text means that it is not known. */
	segments: Partial<Record<SegmentName, string>>;
}

/** A scope, or one line that says what is wrong with it. */
export type ScopeResult = { ok: true; scope: Scope } | { ok: false; fault: string };

const day = z.string('is missing').superRefine((text, context) => {
	const message = dayFault(text);
	if (message !== undefined) context.addIssue({ code: 'custom', message });
});
const value = z.string().max(300, 'must have at most 300 characters');

const schema = z.strictObject({
	site: z.string('is missing').min(1, 'must not be empty').max(64, 'must have at most 64 characters'),
	from: day,
	to: day,
	...(Object.fromEntries(segmentNames.map((name) => [name, value.exactOptional()])) as Record<
		SegmentName,
		z.ZodExactOptional<typeof value>
	>),
});

/** Reads the query of a request. Pure. */
export function readScope(query: URLSearchParams): ScopeResult {
	const names = [...query.keys()];
	const twice = names.find((name, at) => names.indexOf(name) !== at);
	if (twice !== undefined) return { ok: false, fault: `${quoted(twice)} is given twice` };
	const parsed = schema.safeParse(Object.fromEntries(query));
	if (!parsed.success) return { ok: false, fault: parsed.error.issues.map(faultOf).join('; ') };
	const { site, from, to, ...segments } = parsed.data;
	const days = (Date.parse(to) - Date.parse(from)) / dayMs + 1;
	if (days < 1) return { ok: false, fault: '"from" must not be after "to"' };
	if (days > rangeDaysMax) return { ok: false, fault: `from "from" to "to" must be at most ${rangeDaysMax} days` };
	return { ok: true, scope: { site, from, to, segments } };
}

function faultOf({ code, path, message, ...issue }: z.core.$ZodIssue): string {
	if (code === 'unrecognized_keys' && 'keys' in issue) return `${quoted(String(issue.keys))} is not a parameter`;
	return `${quoted(String(path[0]))} ${message}`;
}

function quoted(name: string): string {
	return JSON.stringify(name.slice(0, 40));
}
