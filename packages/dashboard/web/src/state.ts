import { dayFault, type SegmentName, type ViewName } from '@footfall/dashboard/contract';

/** What the page shows. All of it stands in the address, so that a link shows the same. */
export interface State {
	view: ViewName;
	/** Undefined until the first site is known. */
	site: string | undefined;
	range: Range;
	segments: Partial<Record<SegmentName, string>>;
	/** Which number the chart of the overview draws. */
	measure: string;
}

/** So many days that end today, or some days. */
export type Range = { kind: 'last'; days: number } | { kind: 'days'; from: string; to: string };

export const viewTitles: Readonly<Record<ViewName, string>> = {
	overview: 'Overview',
	activity: 'Active visitors',
	durations: 'Session length',
	shop: 'Shop',
	retention: 'Retention',
	pages: 'Pages',
	acquisition: 'Acquisition',
	audience: 'Devices and countries',
	vitals: 'Web vitals',
	live: 'Live',
};

/** In the words of the page. The order is that of the list to choose from. */
export const segmentTitles: Readonly<Record<SegmentName, string>> = {
	device: 'Device',
	browser: 'Browser',
	os: 'System',
	country: 'Country',
	channel: 'Channel',
	referrer: 'Referrer',
	source: 'Campaign source',
	medium: 'Campaign medium',
	campaign: 'Campaign',
	entry: 'Entry page',
};

export const lastDays = [1, 7, 28, 90, 365] as const;

const defaultDays = 28;
const dayMs = 86_400_000;
const isDay = (text: string | null): text is string => text !== null && dayFault(text) === undefined;

/** Whatever in an address makes no sense is as if it were not there. Pure. */
export function readState(search: string): State {
	const query = new URLSearchParams(search);
	const view = query.get('view') ?? '';
	const segments: State['segments'] = {};
	for (const name of Object.keys(segmentTitles) as SegmentName[]) {
		const value = query.get(name);
		if (value !== null) segments[name] = value;
	}
	return {
		view: Object.hasOwn(viewTitles, view) ? (view as ViewName) : 'overview',
		site: query.get('site') ?? undefined,
		range: readRange(query),
		segments,
		measure: query.get('measure') ?? 'visitors',
	};
}

function readRange(query: URLSearchParams): Range {
	const from = query.get('from');
	const to = query.get('to');
	if (isDay(from) && isDay(to) && from <= to) return { kind: 'days', from, to };
	const days = Number(query.get('days'));
	return { kind: 'last', days: Number.isInteger(days) && days >= 1 && days <= 1_000 ? days : defaultDays };
}

/** The address of a state, without what needs no saying. Pure. */
export function addressOf({ view, site, range, segments, measure }: State): string {
	const query = new URLSearchParams();
	if (view !== 'overview') query.set('view', view);
	if (site !== undefined) query.set('site', site);
	if (range.kind === 'days') {
		query.set('from', range.from);
		query.set('to', range.to);
	} else if (range.days !== defaultDays) query.set('days', String(range.days));
	for (const [name, value] of Object.entries(segments)) query.set(name, value);
	if (measure !== 'visitors') query.set('measure', measure);
	const text = query.toString();
	return text === '' ? '/' : `/?${text}`;
}

/** First and last day of a range, in UTC as the marts are. Pure. */
export function daysOf(range: Range, nowMs: number): { from: string; to: string } {
	if (range.kind === 'days') return { from: range.from, to: range.to };
	const text = (ms: number) => new Date(ms).toISOString().slice(0, 10);
	return { from: text(nowMs - (range.days - 1) * dayMs), to: text(nowMs) };
}

/** Every day from one to another. Pure. */
export function eachDay({ from, to }: { from: string; to: string }): string[] {
	const days: string[] = [];
	for (let ms = Date.parse(from); ms <= Date.parse(to); ms += dayMs) days.push(new Date(ms).toISOString().slice(0, 10));
	return days;
}
