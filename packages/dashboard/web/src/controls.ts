import type { SegmentName } from '@footfall/dashboard/contract';
import type { Site } from './ask.js';
import { h } from './dom.js';
import { capitalised, formatCountry, formatKnown, formatLongDay } from './format.js';
import { addressOf, daysOf, lastDays, type State, segmentTitles, viewTitles } from './state.js';

type Go = (change: Partial<State>) => void;

const lastNames: Readonly<Record<number, string>> = {
	1: 'Today',
	7: '7 days',
	28: '28 days',
	90: '90 days',
	365: '12 months',
};

/** Days that may be typed. */
const firstDay = '2000-01-01';
const lastDay = '2099-12-31';

/** Links to every view, with the same days and segments. */
export function navigation(state: State): HTMLElement[] {
	return (Object.keys(viewTitles) as (keyof typeof viewTitles)[]).map((view) =>
		h(
			'a',
			{
				href: addressOf({ ...state, view }),
				'aria-current': view === state.view ? 'page' : undefined,
				'data-view': view,
			},
			viewTitles[view],
		),
	);
}

/** Title, site, days and segments. */
export function controlBar(state: State, sites: readonly Site[], go: Go): HTMLElement[] {
	return [
		h(
			'div.bar-row',
			{},
			h('h1', {}, viewTitles[state.view]),
			h('div.choices', {}, siteChoice(state, sites, go), state.view === 'live' ? undefined : rangeChoice(state, go)),
		),
		state.view === 'live' ? undefined : segmentRow(state, go),
	].filter((row) => row !== undefined);
}

function siteChoice({ site }: State, sites: readonly Site[], go: Go): HTMLElement | undefined {
	if (sites.length === 0) return undefined;
	const select = h(
		'select',
		{ 'aria-label': 'Site', name: 'site', change: () => go({ site: select.value }) },
		...sites.map(({ site: key }) => h('option', { value: key, selected: key === site }, key)),
	);
	return select;
}

function rangeChoice({ range }: State, go: Go): HTMLElement {
	const now = daysOf(range, Date.now());
	const buttons = lastDays.map((days) =>
		h(
			'button',
			{
				type: 'button',
				'aria-pressed': String(range.kind === 'last' && range.days === days),
				click: () => go({ range: { kind: 'last', days } }),
			},
			lastNames[days],
		),
	);
	const from = h('input', {
		type: 'date',
		name: 'from',
		'aria-label': 'First day',
		value: now.from,
		max: now.to,
		change,
	});
	const to = h('input', { type: 'date', name: 'to', 'aria-label': 'Last day', value: now.to, min: now.from, change });
	function change(): void {
		// Who types a year has had four others before it.
		if (from.value >= firstDay && from.value <= to.value && to.value <= lastDay) {
			go({ range: { kind: 'days', from: from.value, to: to.value } });
		}
	}
	return h(
		'div.range',
		{},
		h('div.segmented', { role: 'group', 'aria-label': 'Days' }, ...buttons),
		h(
			'span.days',
			{ title: `${formatLongDay(now.from)} to ${formatLongDay(now.to)}` },
			from,
			h('span', { 'aria-hidden': 'true' }, '–'),
			to,
		),
	);
}

/** How a value of a segment is shown. */
function segmentValue(name: SegmentName, value: string): string {
	if (name === 'country') return formatCountry(value);
	return name === 'device' || name === 'channel' ? capitalised(formatKnown(value)) : formatKnown(value);
}

function segmentRow({ segments }: State, go: Go): HTMLElement {
	const chips = Object.entries(segments).map(([name, value]) => {
		const { [name as SegmentName]: _, ...rest } = segments;
		const words = `${segmentTitles[name as SegmentName]}: ${segmentValue(name as SegmentName, value)}`;
		return h(
			'button.chip',
			{ type: 'button', 'aria-label': `Remove the filter ${words}`, click: () => go({ segments: rest }) },
			words,
			h('span', { 'aria-hidden': 'true' }, '×'),
		);
	});
	return h('div.segments', { role: 'group', 'aria-label': 'Filters' }, ...chips, addSegment(segments, go));
}

/** A form to filter by something, for whoever does not come by it in a table. */
function addSegment(segments: State['segments'], go: Go): HTMLElement {
	const name = h(
		'select',
		{ name: 'segment', 'aria-label': 'Filter by' },
		...Object.entries(segmentTitles).map(([key, title]) => h('option', { value: key }, title)),
	);
	const value = h('input', {
		name: 'value',
		'aria-label': 'Value',
		placeholder: 'is exactly',
		size: 14,
		maxlength: 300,
	});
	const form = h(
		'form.add',
		{
			submit: (event: Event) => {
				event.preventDefault();
				go({ segments: { ...segments, [name.value]: value.value } });
			},
		},
		name,
		value,
		h('button.tool', { type: 'submit' }, 'Apply'),
	);
	return h('details.filter', {}, h('summary', {}, 'Filter'), form);
}
