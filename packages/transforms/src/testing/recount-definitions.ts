import { type Condition, type Definitions, defaultDefinitions } from '@footfall/definitions';
import {
	areSeen,
	day,
	groupBy,
	makesBot,
	type Receipt,
	recountAcquisitionDays,
	recountAudienceDays,
	recountPageDays,
	sessionRow,
	sessionsOf,
	time,
} from './recount.js';

/**
 * An independent count of the goals and funnels of some definitions, which shares nothing with the SQL: conditions are
 * functions here, and each funnel is followed from each of its first steps.
 */

const dayMs = 86_400_000;

const equal = (kind: 'event' | 'object' | 'objectId', text: string): Condition => ({
	kind,
	is: { op: 'equal', texts: [text] },
});
const all = (...conditions: Condition[]): Condition => ({ kind: 'and', conditions });
const viewOfPage = all(equal('event', 'view'), equal('object', 'page'));
const checkout = all(equal('event', 'click'), equal('object', 'button'), equal('objectId', 'checkout'));

/**
 * Definitions with what can go wrong: sites, currencies, steps with the same condition, and windows as long as some
 * gaps between the events of histories.
 */
export const definitionsOfHistories: Definitions = {
	goals: [
		...defaultDefinitions.goals,
		{ name: 'signup', title: "A 'sign-up'", when: equal('event', 'signup'), value: { kind: 'none' }, sites: ['shop'] },
		{
			name: 'seen',
			title: 'Seen',
			when: all(equal('event', 'view'), { kind: 'onPage', patterns: ['/main'] }),
			value: { kind: 'amount' },
			sites: undefined,
		},
	],
	funnels: [
		...defaultDefinitions.funnels,
		{
			name: 'twice',
			title: 'The same step twice',
			windowMs: 30 * dayMs,
			steps: [
				{ title: 'A view', when: viewOfPage },
				{ title: 'Another view', when: viewOfPage },
				{ title: 'Checkout', when: checkout },
				{ title: 'Order', when: equal('event', 'order') },
			],
			sites: undefined,
		},
		{
			name: 'quick',
			title: 'Within twenty minutes',
			windowMs: 1_200_000,
			steps: [
				{ title: 'View', when: equal('event', 'view') },
				{ title: 'Click', when: equal('event', 'click') },
			],
			sites: ['blog'],
		},
	],
	experiments: [
		{ name: 'price', title: 'Price', key: 'price', goal: 'order', sites: undefined },
		{ name: 'font_size', title: 'Font size', key: 'size', goal: 'checkout', sites: ['shop'] },
		{ name: 'price_of_members', title: 'Price of members', key: 'price', goal: 'signup', sites: undefined },
	],
};

type Is = (event: Receipt) => boolean;
const named =
	(name: string): Is =>
	(event) =>
		event.name === name;
const isPageView: Is = ({ name, obj }) => name === 'view' && obj === 'page';
const isProductView: Is = ({ name, obj, objId }) =>
	name === 'view' && (obj === 'page' || obj === 'product') && objId === 'product';
const isButton =
	(id: string): Is =>
	({ name, obj, objId }) =>
		name === 'click' && obj === 'button' && objId === id;

/** Value in hundredths: of the amount, which counts as 0 beyond the plausible. */
const amountOf = ({ cents }: Receipt) => (cents > 100_000_000_000 ? 0 : cents);

export const goals: { name: string; is: Is; worth: (event: Receipt) => number }[] = [
	{ name: 'checkout', is: isButton('checkout'), worth: amountOf },
	{ name: 'order', is: named('order'), worth: amountOf },
	{ name: 'signup', is: (event) => event.site === 'shop' && event.name === 'signup', worth: () => 0 },
	{ name: 'seen', is: (event) => event.name === 'view' && event.path === '/main', worth: amountOf },
];

const funnels: { name: string; windowMs: number; steps: Is[] }[] = [
	{ name: 'shop', windowMs: dayMs, steps: [isProductView, isButton('add_to_cart'), isButton('checkout')] },
	{ name: 'twice', windowMs: 30 * dayMs, steps: [isPageView, isPageView, isButton('checkout'), named('order')] },
	{
		name: 'quick',
		windowMs: 1_200_000,
		steps: [named('view'), named('click')].map((is) => (event: Receipt) => event.site === 'blog' && is(event)),
	},
];

/** The visits of visitors that are not those of bots: the events of a session on one day. */
export function visits(events: readonly Receipt[]) {
	return groupBy(events, ({ site, visitor }) => `${site} ${visitor}`).flatMap((ofVisitor) =>
		sessionsOf(ofVisitor).flatMap((session) =>
			groupBy(session, ({ tsMs }) => day(tsMs))
				.filter((visit) => areSeen(visit) && !visit.some(makesBot))
				.map((visit) => ({ visit, session })),
		),
	);
}

/** Conversions and values of some events by goal and currency, in the order of both. */
function goalsOf(events: readonly Receipt[]) {
	const reached = goals.flatMap(({ name, is, worth }) =>
		events.filter(is).map((event) => ({ goal: name, currency: event.currency, cents: worth(event) })),
	);
	return groupBy(reached, ({ goal, currency }) => `${goal} ${currency}`)
		.map((group) => ({
			goal: group[0]?.goal ?? '',
			currency: group[0]?.currency ?? '',
			conversions: group.length,
			value: group.reduce((sum, { cents }) => sum + cents, 0) / 100,
		}))
		.sort((a, b) => (`${a.goal} ${a.currency}` < `${b.goal} ${b.currency}` ? -1 : 1));
}

/** Rows of goal_days. */
function recountGoalDays(events: readonly Receipt[]) {
	const reached = visits(events).flatMap(({ visit, session }) =>
		visit.flatMap((event) =>
			goals.filter(({ is }) => is(event)).map(({ name, worth }) => ({ name, event, session, cents: worth(event) })),
		),
	);
	return groupBy(reached, ({ name, event }) => `${event.site} ${day(event.tsMs)} ${name}`).map((group) => {
		const { name, event } = group[0] as (typeof reached)[number];
		const values = groupBy(group, (one) => one.event.currency)
			.map((same) => ({
				currency: same[0]?.event.currency ?? '',
				value: same.reduce((sum, { cents }) => sum + cents, 0) / 100,
			}))
			.filter(({ value }) => value !== 0)
			.sort((a, b) => (a.currency < b.currency ? -1 : 1));
		return {
			site: event.site,
			day: day(event.tsMs),
			goal: name,
			conversions: group.length,
			visitors: new Set(group.map((one) => one.event.visitor)).size,
			sessions: new Set(group.map((one) => one.session)).size,
			values,
		};
	});
}

/** The events at which a visitor reaches the steps of a funnel from one first step; fewer where a step is missing. */
function reachedFrom(
	first: number,
	events: readonly Receipt[],
	{ windowMs, steps }: (typeof funnels)[number],
): number[] {
	const at = [first];
	for (const is of steps.slice(1)) {
		const last = at.at(-1) as number;
		const next = events.findIndex((event, i) => i > last && is(event));
		const start = events[first] as Receipt;
		if (next < 0 || (events[next] as Receipt).tsMs - start.tsMs > windowMs) break;
		at.push(next);
	}
	return at;
}

/** Rows of funnel_steps. */
function recountFunnelSteps(events: readonly Receipt[]) {
	const ofVisitors = groupBy(visits(events), ({ visit }) => `${visit[0]?.site} ${visit[0]?.visitor}`);
	return ofVisitors.flatMap((ofVisitor) => {
		const sessionOf = new Map(
			ofVisitor.flatMap(({ visit, session }) => visit.map((event) => [event, session] as const)),
		);
		const own = [...sessionOf.keys()].sort((a, b) => a.tsMs - b.tsMs || (a.id < b.id ? -1 : 1));
		return funnels.flatMap((funnel) => {
			const starts = own.flatMap((event, i) => (funnel.steps[0]?.(event) ? [i] : []));
			return groupBy(starts, (i) => day((own[i] as Receipt).tsMs)).flatMap((sameDay) =>
				rowsOfDay(sameDay, own, funnel, sessionOf),
			);
		});
	});
}

/** The rows of the first steps of one day. A step that several of them lead to is that of the latest of these. */
function rowsOfDay(
	starts: readonly number[],
	own: readonly Receipt[],
	funnel: (typeof funnels)[number],
	sessionOf: ReadonlyMap<Receipt, Receipt[]>,
) {
	const ways = starts.map((start) => reachedFrom(start, own, funnel));
	const first = own[starts[0] as number] as Receipt;
	const session = sessionOf.get(first) as Receipt[];
	return funnel.steps.flatMap((_, step) => {
		const reached = ways.filter((way) => way[step] !== undefined);
		const earliest = Math.min(...reached.map((way) => way[step] as number));
		const way = step === 0 ? ways[0] : reached.findLast((one) => one[step] === earliest);
		const event = own[way?.[step] ?? -1];
		if (way === undefined || event === undefined) return [];
		const previous = step === 0 ? event : (own[way[step - 1] as number] as Receipt);
		return [
			{
				site: event.site,
				visitor_id: event.visitor,
				day: day(event.tsMs),
				funnel: funnel.name,
				started_on: day(first.tsMs),
				step: step + 1,
				reached_at: time(event.tsMs),
				ms_since_previous: event.tsMs - previous.tsMs,
				session_started_at: time((session[0] as Receipt).tsMs),
			},
		];
	});
}

/** Rows of funnel_days. */
function recountFunnelDays(events: readonly Receipt[]) {
	return groupBy(recountFunnelSteps(events), (row) => `${row.site} ${row.started_on} ${row.funnel} ${row.step}`).map(
		(group) => {
			const { site, started_on, funnel, step } = group[0] as (typeof group)[number];
			const times = group.map((row) => row.ms_since_previous).sort((a, b) => a - b);
			return {
				site,
				day: started_on,
				funnel,
				step,
				visitors: group.length,
				median_ms: times[Math.ceil(times.length / 2) - 1],
			};
		},
	);
}

/** Rows of sessions with their goals. */
const recountSessions = (events: readonly Receipt[]) =>
	groupBy(events, ({ site, visitor }) => `${site} ${visitor}`).flatMap((ofVisitor) =>
		sessionsOf(ofVisitor)
			.filter(areSeen)
			.map((session) => ({ ...sessionRow(session), goals: goalsOf(session) })),
	);

/** Goals of some sessions, each with the number of these sessions and of conversions, in the order of their names. */
function goalCountsOf(sessions: ReturnType<typeof recountSessions>) {
	const reached = sessions.flatMap((session) => session.goals.map((goal) => ({ session, ...goal })));
	return groupBy(reached, ({ goal }) => goal)
		.map((group) => ({
			goal: group[0]?.goal ?? '',
			sessions: new Set(group.map(({ session }) => session)).size,
			conversions: group.reduce((sum, { conversions }) => sum + conversions, 0),
		}))
		.sort((a, b) => (a.goal < b.goal ? -1 : 1));
}

type Session = ReturnType<typeof recountSessions>[number];

/** Rows of a mart of days, with the goals of those sessions that are counted in a row. */
const withGoals =
	<Row extends { site: string | undefined; day: string | undefined }>(
		recount: (events: readonly Receipt[]) => Row[],
		isIn: (session: Session, row: Row) => boolean,
	) =>
	(events: readonly Receipt[]) => {
		const sessions = recountSessions(events).filter(({ is_bot }) => !is_bot);
		return recount(events).map((row) => ({
			...row,
			goals: goalCountsOf(sessions.filter((s) => s.site === row.site && s.day === row.day && isIn(s, row))),
		}));
	};

const recountAcquisition = withGoals(
	recountAcquisitionDays,
	(session, row) =>
		session.entry_referrer_host === row.referrer_host &&
		session.utm_source === row.utm_source &&
		session.utm_medium === row.utm_medium &&
		session.utm_campaign === row.utm_campaign,
);
const recountAudience = withGoals(recountAudienceDays, (session, row) => session[row.dimension] === row.value);
const recountPages = withGoals(
	recountPageDays,
	(session, row) => session.page_views > 0 && session.entry_path === row.path,
);

/** The recount of each model of what is defined, by its name. */
export const definitionRecounts = {
	sessions: recountSessions,
	goal_days: recountGoalDays,
	acquisition_days: recountAcquisition,
	audience_days: recountAudience,
	page_days: recountPages,
	funnel_steps: recountFunnelSteps,
	funnel_days: recountFunnelDays,
};
