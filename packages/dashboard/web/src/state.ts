import {
	type ChoiceName,
	choiceFault,
	choiceNames,
	dayFault,
	filterNames,
	type ViewName,
	viewNames,
} from '@footfall/dashboard/contract';
import type { Filters } from './filters.js';

/** State of the page. The address has all of it, so that a link shows the same. */
export interface State extends Readonly<Record<ChoiceName, string | undefined>> {
	view: ViewName;
	/** Undefined until the first site is known. */
	site: string | undefined;
	range: Range;
	filters: Filters;
	/** Number that the chart of the overview draws; a `key` of `measures`. */
	measure: string;
}

/** A number of days up to today, or the days from one to another. */
export type Range = { kind: 'last'; days: number } | { kind: 'days'; from: string; to: string };

/** Lengths of ranges up to today that the page offers, days. */
export const lastDays = [1, 7, 28, 90, 365] as const;

const defaultDays = 28;
const dayMs = 86_400_000;
const isDay = (text: string | null): text is string => text !== null && dayFault(text) === undefined;

/** Reads a state from the query string of an address. Invalid parts are ignored. Pure. */
export function readState(search: string): State {
	const query = new URLSearchParams(search);
	const filters: Filters = {};
	for (const name of filterNames) {
		const value = query.get(name);
		if (value !== null) filters[name] = value;
	}
	return {
		view: viewNames.find((name) => name === query.get('view')) ?? 'overview',
		site: query.get('site') ?? undefined,
		range: readRange(query),
		filters,
		measure: query.get('measure') ?? 'visitors',
		...(Object.fromEntries(choiceNames.map((name) => [name, readChoice(name, query)])) as Record<
			ChoiceName,
			string | undefined
		>),
	};
}

function readChoice(name: ChoiceName, query: URLSearchParams): string | undefined {
	const text = query.get(name);
	return text === null || choiceFault(name, text) !== undefined ? undefined : text;
}

function readRange(query: URLSearchParams): Range {
	const from = query.get('from');
	const to = query.get('to');
	if (isDay(from) && isDay(to) && from <= to) return { kind: 'days', from, to };
	const days = Number(query.get('days'));
	return { kind: 'last', days: Number.isInteger(days) && days >= 1 && days <= 1_000 ? days : defaultDays };
}

/** The address of a state, without defaults. Pure. */
export function addressOf({ view, site, range, filters, measure, ...choices }: State): string {
	const query = new URLSearchParams();
	if (view !== 'overview') query.set('view', view);
	if (site !== undefined) query.set('site', site);
	if (range.kind === 'days') {
		query.set('from', range.from);
		query.set('to', range.to);
	} else if (range.days !== defaultDays) query.set('days', String(range.days));
	for (const [name, value] of Object.entries(filters)) query.set(name, value);
	if (measure !== 'visitors') query.set('measure', measure);
	for (const name of choiceNames) if (choices[name] !== undefined) query.set(name, choices[name]);
	const text = query.toString();
	return text === '' ? '/' : `/?${text}`;
}

/** First and last UTC day of a range. Pure. */
export function daysOf(range: Range, nowMs: number): { from: string; to: string } {
	if (range.kind === 'days') return { from: range.from, to: range.to };
	const text = (ms: number) => new Date(ms).toISOString().slice(0, 10);
	return { from: text(nowMs - (range.days - 1) * dayMs), to: text(nowMs) };
}

/** The preceding days, as many of them. Pure. */
export function daysBefore(days: readonly string[]): string[] {
	return days.map((day) => new Date(Date.parse(day) - days.length * dayMs).toISOString().slice(0, 10));
}

/** Every day from one to another, both inclusive. Pure. */
export function eachDay({ from, to }: { from: string; to: string }): string[] {
	const days: string[] = [];
	for (let ms = Date.parse(from); ms <= Date.parse(to); ms += dayMs) days.push(new Date(ms).toISOString().slice(0, 10));
	return days;
}
