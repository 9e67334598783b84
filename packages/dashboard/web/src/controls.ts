import {
	type FilterName,
	filterCharactersMax,
	filterNames,
	sessionAttributes,
	sitesMax,
	viewDefinitions,
	viewNames,
} from '@footfall/dashboard/contract';
import { h } from './dom.js';
import { type Filters, formatAttribute, readAttribute } from './filters.js';
import { formatCount, formatLongDay } from './format.js';
import { addressOf, daysOf, lastDays, type State } from './state.js';

type Go = (change: Partial<State>) => void;

const lastNames: Readonly<Record<number, string>> = {
	1: 'Today',
	7: '7 days',
	28: '28 days',
	90: '90 days',
	365: '12 months',
};

/** Earliest and latest day that the date fields accept. */
const firstDay = '2000-01-01';
const lastDay = '2099-12-31';

/** Links to every view, with the same days and filters. */
export function navigation(state: State): HTMLElement[] {
	return viewNames.map((view) =>
		h(
			'a',
			{
				href: addressOf({ ...state, view }),
				'aria-current': view === state.view ? 'page' : undefined,
				'data-view': view,
			},
			viewDefinitions[view].title,
		),
	);
}

/** The title of the view, and the choice of site, days and filters. */
export function controlBar(state: State, sites: readonly string[], go: Go): HTMLElement[] {
	const { title, isLive } = viewDefinitions[state.view];
	return [
		h(
			'div.bar-row',
			{},
			h('h1', {}, title),
			h('div.choices', {}, siteChoice(state, sites, go), isLive ? undefined : rangeChoice(state, go)),
		),
		isLive ? undefined : filterRow(state, go),
	].filter((row) => row !== undefined);
}

function siteChoice({ site }: State, known: readonly string[], go: Go): HTMLElement | undefined {
	if (known.length === 0) return undefined;
	// The site of the address, even if it is not known: no other one must seem to be chosen.
	const sites = site === undefined || known.includes(site) ? known : [site, ...known];
	const select = h(
		'select',
		{ 'aria-label': 'Site', name: 'site', change: () => go({ site: select.value }) },
		...sites.map((key) => h('option', { value: key, selected: key === site }, key)),
		known.length >= sitesMax &&
			h('option', { disabled: true }, `Only ${formatCount(sitesMax)} sites are listed: put others into the address`),
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
		// While a year is typed, the field has other years with fewer digits.
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

/** A button for each filter that removes it, and the form that adds one. */
function filterRow({ filters }: State, go: Go): HTMLElement {
	const chips = (Object.entries(filters) as [FilterName, string][]).map(([name, value]) => {
		const { [name]: _, ...rest } = filters;
		const label = `${sessionAttributes[name].title}: ${formatAttribute(name, value)}`;
		return h(
			'button.chip',
			{ type: 'button', 'aria-label': `Remove the filter ${label}`, click: () => go({ filters: rest }) },
			h('span.chip-label', { title: label }, label),
			h('span', { 'aria-hidden': 'true' }, '×'),
		);
	});
	return h('div.filters', { role: 'group', 'aria-label': 'Filters' }, ...chips, filterForm(filters, go));
}

/** A form that adds a filter, also for values that no table lists. */
function filterForm(filters: Filters, go: Go): HTMLElement {
	const name = h(
		'select',
		{ name: 'filter', 'aria-label': 'Filter by' },
		...filterNames.map((key) => h('option', { value: key }, sessionAttributes[key].title)),
	);
	const value = h('input', {
		name: 'value',
		'aria-label': 'Value',
		placeholder: 'is exactly',
		size: 14,
		// In UTF-16 units, of which a character has up to two.
		maxlength: 2 * filterCharactersMax,
	});
	const form = h(
		'form.add',
		{
			submit: (event: Event) => {
				event.preventDefault();
				go({ filters: { ...filters, [name.value]: readAttribute(name.value as FilterName, value.value) } });
			},
		},
		name,
		value,
		h('button.tool', { type: 'submit' }, 'Apply'),
	);
	return h('details.filter', {}, h('summary', {}, 'Filter'), form);
}
