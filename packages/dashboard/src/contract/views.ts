import type { ChoiceName } from './choices.js';

/**
 * How filters apply to a view.
 *
 * - `sessions`: it covers matching sessions.
 * - `days`: it covers all activity of visitors on the days on which they started a matching session.
 * - `none`: filters do not apply.
 */
type FilterEffect = 'sessions' | 'days' | 'none';

/** Facts about a view, for navigation, API and documentation. */
export interface ViewDefinition {
	/** Title in the navigation and above the view. */
	title: string;
	/** Content of the view, for the documentation. */
	description: string;
	filterEffect: FilterEffect;
	/** Text on the effect of filters, if the general text of `filterEffect` is not precise enough. */
	filterText?: string;
	/** The view compares today, while it is not over, with the same time of the day that is one period earlier. */
	comparesToday?: boolean;
	/** The view shows the last minutes and refreshes itself, so that it has neither days nor filters to choose. */
	isLive?: boolean;
	/** The parameters that name what the view shows, where there are several of it. */
	chooses?: readonly ChoiceName[];
	/** The view shows amounts, so that it depends on the currency and the kind of revenue of the site. */
	hasMoney?: boolean;
}

/**
 * Every view, in the order of the navigation. The key is the name in `/api/NAME` and in the address of the page.
 * `src/api/views` has the queries of each view, `web/src/views` draws it.
 */
const definitions = {
	overview: {
		title: 'Overview',
		description:
			'Visitors, sessions, page views, revenue, bounce rate and average session, each with the previous period; top pages and sources.',
		filterEffect: 'sessions',
		filterText:
			'Numbers cover matching sessions. Top pages covers the days on which a visitor had a matching session, including page views in other sessions of those days.',
		comparesToday: true,
		hasMoney: true,
	},
	activity: {
		title: 'Active visitors',
		description: 'Daily, weekly and monthly active visitors, stickiness, and new visitors.',
		filterEffect: 'none',
	},
	durations: {
		title: 'Session duration',
		description: 'A histogram of session durations, and their average and median by day.',
		filterEffect: 'sessions',
	},
	shop: {
		title: 'Shop',
		description: 'The funnel from a product view to a checkout, and products.',
		filterEffect: 'days',
		hasMoney: true,
	},
	orders: {
		title: 'Orders',
		description:
			'Orders, refunds and average order in the currency of the site, products sold, and orders by channel, campaign and landing page; every order with its reports.',
		filterEffect: 'sessions',
		filterText:
			'Numbers cover the orders of matching sessions, and their refunds. An order whose session is not known matches no filter. The reports that count nowhere are those of all sessions.',
		hasMoney: true,
	},
	goals: {
		title: 'Goals',
		description:
			'Conversions, visitors, conversion rate and value of each goal, each with the previous period; one goal by day and by every attribute of sessions.',
		filterEffect: 'sessions',
		chooses: ['goal'],
		comparesToday: true,
	},
	funnels: {
		title: 'Funnels',
		description:
			'The steps of a funnel: visitors who reached them, drop-off and time since the step before, with the previous period; the share that reached the last step by day.',
		filterEffect: 'sessions',
		filterText:
			'Numbers cover visitors who took the first step in a matching session. They count for a later step in whatever session they took it.',
		chooses: ['funnel'],
		comparesToday: true,
	},
	retention: {
		title: 'Retention',
		description: 'Weekly cohorts, and the share of each that returned.',
		filterEffect: 'none',
	},
	experiments: {
		title: 'Experiments',
		description:
			'Each experiment with its variants: visitors, conversion rate and the difference to the baseline with their intervals, what they allow to say, and whether the split is imbalanced.',
		filterEffect: 'none',
		filterText:
			'Filters do not apply here: a visitor may be exposed in one session and convert in another, so these numbers cover all visitors.',
	},
	pages: {
		title: 'Pages',
		description: 'Views, visitors, landings, exits and bounce rate by page.',
		filterEffect: 'days',
		filterText:
			'Landings, exits and bounces cover matching sessions. Views and visitors cover the days on which a visitor had a matching session, including other sessions of those days.',
	},
	paths: {
		title: 'Paths',
		description: 'What visitors did before and after a page or an event, up to three steps each way.',
		filterEffect: 'sessions',
		chooses: ['step'],
	},
	events: {
		title: 'Events',
		description:
			'Every event by name with visitors, sessions and the previous period; the objects of an event, its properties and experiments, and their values over days.',
		filterEffect: 'sessions',
		filterText:
			'Numbers cover matching sessions. Every name, object, key and value that a session lists has a row of its own.',
		chooses: ['event', 'property'],
	},
	acquisition: {
		title: 'Acquisition',
		description: 'Channels, referrers and campaigns.',
		filterEffect: 'sessions',
		hasMoney: true,
	},
	audience: {
		title: 'Devices and countries',
		description: 'Devices, browsers, operating systems and countries.',
		filterEffect: 'sessions',
		hasMoney: true,
	},
	vitals: {
		title: 'Web vitals',
		description: 'LCP, INP, CLS, FCP and TTFB at the 75th percentile.',
		filterEffect: 'days',
	},
	live: {
		title: 'Live',
		description: 'Events per second, the latest events with their lag, and the lag of the marts, over all sites.',
		filterEffect: 'none',
		filterText:
			'Filters do not apply here: the live view shows all incoming events. Your filters are kept for the other views.',
		isLive: true,
	},
} as const satisfies Record<string, ViewDefinition>;

export type ViewName = keyof typeof definitions;

export const viewDefinitions: Readonly<Record<ViewName, ViewDefinition>> = definitions;

/** Names of all views, in the order of the navigation. */
export const viewNames = Object.keys(definitions) as ViewName[];

const filterTexts: Readonly<Record<FilterEffect, string>> = {
	sessions: 'Numbers cover matching sessions.',
	days: 'Numbers cover the days on which a visitor had a matching session, with everything that the visitor did on those days.',
	none: 'Filters do not apply here: these numbers depend on activity over weeks, not on single sessions, so they cover all visitors.',
};

/** Text on the effect of filters for a view, in one or two sentences. Pure. */
export function filterTextOf(view: ViewName): string {
	const { filterEffect, filterText } = viewDefinitions[view];
	return filterText ?? filterTexts[filterEffect];
}

/** Path of a view in the API. Pure. */
export const apiPathOf = (view: ViewName): string => `/api/${view}`;

/** Path of the list of sites in the API. */
export const sitesPath = '/api/sites';

/** Path of the notices about the marts in the API. */
export const noticesPath = '/api/notices';
