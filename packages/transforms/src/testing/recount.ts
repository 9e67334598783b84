import { type SessionAttributeName, sessionAttributes } from '../compile/session-attributes.js';
import { pageOf } from './page-of.js';

/**
 * An independent count of the marts in plain TypeScript. It follows the definitions and shares nothing with the SQL.
 */

/** One receipt of an event, as it is inserted into the raw table. */
export interface Receipt {
	site: string;
	visitor: number;
	/** Two receipts with one id are one event. */
	id: string;
	tsMs: number;
	receivedMs: number;
	name: string;
	obj: string;
	objId: string;
	/** Amount in hundredths, so that sums are exact. */
	cents: number;
	/** Host of the page. */
	host: string;
	path: string;
	/** Query of the page's URL with its question mark; empty for none. */
	urlQuery: string;
	userId: string;
	referrer: string;
	browser: string;
	os: string;
	device: string;
	country: string;
	isBot: boolean;
	source: 'page' | 'server' | 'import';
	productId: string;
	/** Measured value of a web vital. */
	value: number;
	currency: string;
	/** Empty for an event that tells of no order. */
	orderId: string;
	refundId: string;
	/** Tax, costs of shipping and discount of an order, in hundredths. */
	extraCents: readonly [tax: number, shipping: number, discount: number];
	coupon: string;
	items: readonly Item[];
	/** Properties besides that of the measured value. */
	props: Readonly<Record<string, string>>;
	/** Experiments besides that of the size, whose variant is the operating system. */
	exp: Readonly<Record<string, string>>;
}

/** A line of an order. */
export interface Item {
	productId: string;
	name: string;
	cents: number;
	quantity: number;
}

const dayMs = 86_400_000;
/** The session gap, milliseconds. Stated a second time, since the recount shares nothing with the models. */
export const sessionGapMs = 1_800_000;

/** Deduplicates events: the first receipt of each wins. In order of time, ties by id, with the page of each path. */
export function firstReceipts(receipts: readonly Receipt[]): Receipt[] {
	const first = new Map<string, Receipt>();
	for (const receipt of receipts) {
		const key = `${receipt.site} ${receipt.visitor} ${receipt.id}`;
		const known = first.get(key);
		if (!known || receipt.receivedMs < known.receivedMs) first.set(key, receipt);
	}
	return [...first.values()]
		.map((each) => ({ ...each, path: pageOf(each.path) }))
		.sort((a, b) => a.tsMs - b.tsMs || (a.id < b.id ? -1 : 1));
}

const isPageView = (e: Receipt) => e.name === 'view' && e.obj === 'page';
export const makesBot = (e: Receipt) => e.isBot && e.source !== 'server';
/** A visitor from 2^53 on is one that a collector has computed for a user of a server. */
export const namesVisitor = ({ visitor, source }: Receipt): boolean =>
	visitor !== 0 && !(source !== 'page' && visitor >= 2 ** 53);
const isOrderReport = ({ name }: Receipt) => name === 'order' || name === 'refund';
/** Whether some events are more than orders and refunds that name no visitor. */
export const areSeen = (events: readonly Receipt[]) => events.some((e) => !isOrderReport(e) || namesVisitor(e));
const isPassive = (e: Receipt) => ['view', 'leave', 'identify', 'error', 'vital', 'lost', 'refund'].includes(e.name);
const vitalMax: Record<string, number> = { LCP: 600_000, INP: 600_000, FCP: 600_000, TTFB: 600_000, CLS: 100 };
const isVital = (e: Receipt) => e.name === 'vital' && e.value >= 0 && e.value <= (vitalMax[e.objId] ?? -1);
export const amountCentsMax = 100_000_000_000;
const isImplausible = (e: Receipt) => (e.name === 'vital' && !isVital(e)) || e.cents > amountCentsMax;
const hasInvalidTime = (e: Receipt) =>
	e.tsMs < Date.UTC(2020, 0, 1) || e.tsMs >= Date.UTC(2100, 0, 1) || e.tsMs > e.receivedMs + dayMs;
const isProductView = (e: Receipt) =>
	e.name === 'view' && (e.obj === 'page' || e.obj === 'product') && e.objId === 'product';
const isButton = (id: string) => (e: Receipt) => e.name === 'click' && e.obj === 'button' && e.objId === id;

export const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
export const time = (ms: number): string => new Date(ms).toISOString().replace('T', ' ').replace('Z', '');
const money = (events: readonly Receipt[]) =>
	events.reduce((sum, { cents }) => sum + (cents > amountCentsMax ? 0 : cents), 0) / 100;
const lastUser = (events: readonly Receipt[]) => events.findLast(({ userId }) => userId !== '')?.userId ?? '';

export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
	const groups = new Map<string, T[]>();
	for (const item of items) {
		const group = groups.get(keyOf(item));
		if (group) group.push(item);
		else groups.set(keyOf(item), [item]);
	}
	return [...groups.values()];
}

function occasions(prefix: string, events: readonly Receipt[]) {
	const [first, last] = [events[0], events.at(-1)];
	return {
		[`first_${prefix}_at`]: first ? time(first.tsMs) : null,
		[`last_${prefix}_at`]: last ? time(last.tsMs) : null,
		[`${prefix}_count`]: events.length,
		[`${prefix}_amount`]: money(events),
	};
}

/** The funnel step of a visitor: 1 viewed, 2 then added, 3 then checked out; 0 none. Events are in order of time. */
function funnelStep(views: readonly Receipt[], adds: readonly Receipt[], checkouts: readonly Receipt[]): number {
	const viewedAt = views[0]?.tsMs;
	if (viewedAt === undefined) return 0;
	const addedAt = adds.find(({ tsMs }) => tsMs >= viewedAt)?.tsMs;
	if (addedAt === undefined) return 1;
	return checkouts.some(({ tsMs }) => tsMs >= addedAt) ? 3 : 2;
}

const isAdd = isButton('add_to_cart');
const isCheckout = isButton('checkout');
const stepOf = (events: readonly Receipt[]) =>
	funnelStep(events.filter(isProductView), events.filter(isAdd), events.filter(isCheckout));

/** Shorter ids first, and ids of one length in the order of their bytes: numbers are in their order. */
function productOrder(a: string, b: string): number {
	const [bytesOfA, bytesOfB] = [Buffer.from(a), Buffer.from(b)];
	return bytesOfA.length - bytesOfB.length || Buffer.compare(bytesOfA, bytesOfB);
}

function productsOf(events: readonly Receipt[]) {
	const productEvents = events.filter((e) => e.productId !== '' && (isProductView(e) || isAdd(e)));
	return groupBy(productEvents, ({ productId }) => productId)
		.map((group) => {
			const [views, adds] = [group.filter(isProductView), group.filter(isAdd)];
			return {
				product_id: (group[0] as Receipt).productId,
				views: views.length,
				adds: adds.length,
				add_amount: money(adds),
				funnel_step: funnelStep(views, adds, events.filter(isCheckout)),
			};
		})
		.sort((a, b) => productOrder(a.product_id, b.product_id));
}

function pathsOf(events: readonly Receipt[]) {
	return groupBy(events.filter(isPageView), ({ path }) => path)
		.map((group) => ({ path: (group[0] as Receipt).path, views: group.length }))
		.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function vitalsOf(events: readonly Receipt[]) {
	const measured = events.filter(isVital).map(({ objId, path, value }) => ({ metric: objId, path, value }));
	const textOrder = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
	return measured.sort((a, b) => textOrder(a.metric, b.metric) || textOrder(a.path, b.path) || a.value - b.value);
}

/** Rows of int_user_days. */
function recountUserDays(events: readonly Receipt[]) {
	return groupBy(events, (e) => `${e.site} ${e.visitor} ${day(e.tsMs)}`)
		.filter(areSeen)
		.map(userDayRow);
}

function userDayRow(group: Receipt[]) {
	const first = group[0] as Receipt;
	return {
		site: first.site,
		day: day(first.tsMs),
		visitor_id: first.visitor,
		user_id: lastUser(group),
		is_bot: group.some(makesBot),
		has_invalid_time: group.every(hasInvalidTime),
		events: group.length,
		page_views: group.filter(isPageView).length,
		first_seen_at: time(first.tsMs),
		last_seen_at: time((group.at(-1) as Receipt).tsMs),
		...occasions('product_view', group.filter(isProductView)),
		...occasions('add_to_cart', group.filter(isAdd)),
		...occasions('checkout', group.filter(isCheckout)),
		funnel_step: stepOf(group),
		products: productsOf(group),
		paths: pathsOf(group),
		vitals: vitalsOf(group),
		implausible_events: group.filter(isImplausible).length,
		details_left_out: 0,
	};
}

/** Rows of int_presence_days, without event_hashes, which only ClickHouse can compute. */
function recountPresence(events: readonly Receipt[]) {
	return groupBy(events, (e) => `${e.site} ${e.visitor}`).flatMap((visitorEvents) => {
		const days = groupBy(visitorEvents, (e) => day(e.tsMs)).map((group) => ({
			group,
			of: day((group[0] as Receipt).tsMs),
			hasInvalidTime: group.every(hasInvalidTime),
			isSeen: areSeen(group),
			isBot: group.some(makesBot),
		}));
		const dated = days.filter((one) => !one.hasInvalidTime && one.isSeen);
		const sessions = sessionsOf(visitorEvents);
		return days.map(({ group, of, hasInvalidTime, isSeen, isBot }) => {
			const first = group[0] as Receipt;
			const session = sessions.find((one) => one.includes(first)) as Receipt[];
			const before = dated.filter((one) => !one.isBot && one.of < of).map((one) => one.of);
			return {
				site: first.site,
				visitor_id: first.visitor,
				day: of,
				is_bot: isBot,
				has_invalid_time: hasInvalidTime,
				is_seen: isSeen,
				is_continued: day((session[0] as Receipt).tsMs) < of,
				first_day: hasInvalidTime || !isSeen ? of : dated[0]?.of,
				previous_day: before.at(-1) ?? '1970-01-01',
				events: group.length,
			};
		});
	});
}

/** Days on which visitors were active: without bots, invalid timestamps, and orders that name no visitor. */
const recountActive = (events: readonly Receipt[]) =>
	recountPresence(events).filter((row) => !row.is_bot && !row.has_invalid_time && row.is_seen);

/** Splits a visitor's events, in order of time, where two are more than the session gap apart. */
export function sessionsOf(visitorEvents: readonly Receipt[]): Receipt[][] {
	const sessions: Receipt[][] = [];
	for (const event of visitorEvents) {
		const current = sessions.at(-1);
		const last = current?.at(-1);
		if (current && last && event.tsMs - last.tsMs <= sessionGapMs) current.push(event);
		else sessions.push([event]);
	}
	return sessions;
}

/** Rows of sessions, without session_id, which only ClickHouse can compute. */
export function recountSessions(events: readonly Receipt[]) {
	return groupBy(events, (e) => `${e.site} ${e.visitor}`).flatMap((visitorEvents) =>
		sessionsOf(visitorEvents).filter(areSeen).map(sessionRow),
	);
}

/** The users of some events in alphabetical order, each with the times of its first and last event. */
export const usersOf = (visit: readonly Receipt[]) =>
	groupBy(
		visit.filter(({ userId }) => userId !== ''),
		({ userId }) => userId,
	)
		.map((events) => ({
			userId: events[0]?.userId ?? '',
			firstMs: events[0]?.tsMs ?? 0,
			lastMs: events.at(-1)?.tsMs ?? 0,
		}))
		.sort((a, b) => (a.userId < b.userId ? -1 : 1));

export function sessionRow(session: Receipt[]) {
	const first = session[0] as Receipt;
	const last = session.at(-1) as Receipt;
	const views = session.filter(isPageView);
	const checkouts = session.filter(isButton('checkout'));
	const entry = entryOf(first);
	return {
		site: first.site,
		visitor_id: first.visitor,
		user_id: lastUser(session),
		started_at: time(first.tsMs),
		ended_at: time(last.tsMs),
		day: day(first.tsMs),
		duration_ms: last.tsMs - first.tsMs,
		duration_seconds: (last.tsMs - first.tsMs) / 1000,
		events: session.length,
		page_views: views.length,
		is_bounce: views.length <= 1 && session.every(isPassive),
		entry_path: views[0]?.path ?? '',
		exit_path: views.at(-1)?.path ?? '',
		...entry,
		channel: channelOf(entry),
		is_bot: session.some(makesBot),
		is_long: last.tsMs - first.tsMs > dayMs,
		has_invalid_time: session.some(hasInvalidTime),
		product_views: session.filter(isProductView).length,
		adds_to_cart: session.filter(isButton('add_to_cart')).length,
		checkouts: checkouts.length,
		revenue: money(checkouts),
		is_converted: checkouts.length > 0,
		funnel_step: stepOf(session),
		...stepsOf(session),
	};
}

/** Page views and actions of a session of which the order is kept. Stated a second time, as the session gap is. */
const stepsMax = 100;

/** The steps of a session, whose events are in order of time and id. */
function stepsOf(session: readonly Receipt[]) {
	const all = session.filter((e) => isPageView(e) || !isPassive(e));
	const steps: { is_page: boolean; name: string }[] = [];
	for (const event of all.slice(0, stepsMax)) {
		const step = isPageView(event)
			? { is_page: true, name: event.path }
			: { is_page: false, name: actionOf(event).slice(0, 250) };
		const last = steps.at(-1);
		if (last?.is_page !== step.is_page || last.name !== step.name) steps.push(step);
	}
	return { steps, steps_left_out: Math.max(0, all.length - stepsMax) };
}

/** The name of an action, which is no view. */
function actionOf({ name, obj, objId }: Receipt): string {
	if (name !== 'click') return `${name}_${obj}_${objId}`;
	return obj === 'button' ? objId : `click_${obj}`;
}

/** The attributes of a session by their columns, from its first event. */
function entryOf(first: Receipt): Record<(typeof sessionAttributes)[number]['column'], string> {
	const campaign = new URLSearchParams(first.urlQuery);
	const hostOf = (url: string) => (url === '' ? '' : new URL(url).hostname);
	const attributeOf = (name: SessionAttributeName): string => {
		if (name === 'referrer_host') return first.referrer.startsWith('/') ? first.host : hostOf(first.referrer);
		return isCampaign(name) ? (campaign.get(name) ?? '') : first[name];
	};
	return Object.fromEntries(sessionAttributes.map(({ name, column }) => [column, attributeOf(name)])) as ReturnType<
		typeof entryOf
	>;
}

const channelOf = (entry: ReturnType<typeof entryOf>) =>
	entry.utm_source !== '' ? 'campaign' : entry.entry_referrer_host !== '' ? 'referral' : 'direct';

const isCampaign = (name: SessionAttributeName): name is SessionAttributeName & `utm_${string}` =>
	name.startsWith('utm_');

/** Rows of users_activity, by counting the distinct visitors of every window. */
function recountActivity(events: readonly Receipt[]) {
	const people = recountActive(events);
	return groupBy(people, ({ site }) => site).flatMap((siteEvents) => {
		const visitorsOf = new Map<number, number[]>();
		for (const row of siteEvents) {
			const at = Date.parse(row.day);
			visitorsOf.set(at, [...(visitorsOf.get(at) ?? []), row.visitor_id]);
		}
		const newOn = new Map(
			groupBy(
				siteEvents.filter((row) => row.first_day === row.day),
				(row) => row.day,
			).map((group) => [group[0]?.day, group.length]),
		);
		const rows = [];
		for (let at = Math.min(...visitorsOf.keys()); at <= Math.max(...visitorsOf.keys()); at += dayMs) {
			const active = (length: number) => {
				const days = Array.from({ length }, (_, i) => visitorsOf.get(at - i * dayMs) ?? []);
				return new Set(days.flat()).size;
			};
			const [dau, wau, mau] = [active(1), active(7), active(30)];
			const stickiness = mau === 0 ? 0 : dau / mau;
			rows.push({
				site: siteEvents[0]?.site,
				day: day(at),
				dau,
				wau,
				mau,
				stickiness,
				new_visitors: newOn.get(day(at)) ?? 0,
			});
		}
		return rows;
	});
}

/** Rows of int_activity_days. */
function recountActivityDays(events: readonly Receipt[]) {
	const people = recountActive(events);
	return groupBy(people, (row) => `${row.site} ${row.day}`).map((group) => {
		const { site, day: of } = group[0] as (typeof people)[number];
		const gaps = group
			.map((row) => (Date.parse(of) - Date.parse(row.previous_day)) / dayMs)
			.filter((days) => days < 30);
		const first = group.filter((row) => row.previous_day < monday(of)).map((row) => monday(row.first_day as string));
		const counted = <T>(values: readonly T[]) =>
			[...new Set(values)]
				.sort((a, b) => (a < b ? -1 : 1))
				.map((value) => [value, values.filter((v) => v === value).length]);
		return {
			site,
			day: of,
			visitors: group.length,
			new_visitors: group.filter((row) => row.first_day === of).length,
			gaps: counted(gaps.sort((a, b) => a - b)).map(([days, visitors]) => ({ days, visitors })),
			cohorts: counted(first).map(([week, visitors]) => ({ week, visitors })),
		};
	});
}

const monday = (of: string) => {
	const ms = Date.parse(of);
	return day(ms - ((new Date(ms).getUTCDay() + 6) % 7) * dayMs);
};

/** Rows of retention. */
function recountRetention(events: readonly Receipt[]) {
	const people = recountActive(events);
	const weeks = people.map((row) => ({ ...row, week: monday(row.day), cohort: monday(row.first_day as string) }));
	return groupBy(weeks, (row) => `${row.site} ${row.week} ${row.cohort}`).map((group) => {
		const { site, week, cohort } = group[0] as (typeof weeks)[number];
		return {
			site,
			week,
			cohort_week: cohort,
			week_number: (Date.parse(week) - Date.parse(cohort)) / (7 * dayMs),
			visitors: new Set(group.map(({ visitor_id }) => visitor_id)).size,
		};
	});
}

const people = (events: readonly Receipt[]) => recountUserDays(events).filter(({ is_bot }) => !is_bot);

/** Rows of funnel. */
function recountFunnel(events: readonly Receipt[]) {
	const steps = people(events).flatMap(({ site, day: of, funnel_step, products }) =>
		[{ product_id: '', funnel_step }, ...products].map((one) => ({
			site,
			of,
			product: one.product_id,
			step: one.funnel_step,
		})),
	);
	const viewed = steps.filter(({ step }) => step >= 1);
	return groupBy(viewed, ({ site, of, product }) => `${site} ${of} ${product}`).map((group) => ({
		site: group[0]?.site,
		day: group[0]?.of,
		product_id: group[0]?.product,
		viewers: group.length,
		adders: group.filter(({ step }) => step >= 2).length,
		buyers: group.filter(({ step }) => step === 3).length,
	}));
}

export const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

/** Rows of product_days. */
function recountProductDays(events: readonly Receipt[]) {
	const rows = people(events).flatMap(({ site, day: of, products }) => products.map((one) => ({ site, of, ...one })));
	return groupBy(rows, ({ site, of, product_id }) => `${site} ${of} ${product_id}`).map((group) => ({
		site: group[0]?.site,
		day: group[0]?.of,
		product_id: group[0]?.product_id,
		views: sum(group.map(({ views }) => views)),
		viewers: group.filter(({ views }) => views > 0).length,
		adds: sum(group.map(({ adds }) => adds)),
		adders: group.filter(({ adds }) => adds > 0).length,
		add_amount: Math.round(sum(group.map(({ add_amount }) => add_amount)) * 100) / 100,
		buyers: group.filter(({ funnel_step }) => funnel_step === 3).length,
	}));
}

/** Rows of page_days. */
export function recountPageDays(events: readonly Receipt[]) {
	const seen = people(events).flatMap(({ site, day: of, paths }) =>
		paths.map(({ path, views }) => ({ site, of, path, views, visitors: 1, entries: 0, exits: 0, bounces: 0 })),
	);
	const ends = recountSessions(events)
		.filter(({ is_bot, page_views }) => !is_bot && page_views > 0)
		.flatMap(({ site, day: of, entry_path, exit_path, is_bounce }) => [
			{ site, of, path: entry_path, views: 0, visitors: 0, entries: 1, exits: 0, bounces: is_bounce ? 1 : 0 },
			{ site, of, path: exit_path, views: 0, visitors: 0, entries: 0, exits: 1, bounces: 0 },
		]);
	return groupBy([...seen, ...ends], ({ site, of, path }) => `${site} ${of} ${path}`).map((group) => ({
		site: group[0]?.site,
		day: group[0]?.of,
		path: group[0]?.path,
		views: sum(group.map(({ views }) => views)),
		visitors: sum(group.map(({ visitors }) => visitors)),
		entries: sum(group.map(({ entries }) => entries)),
		exits: sum(group.map(({ exits }) => exits)),
		bounces: sum(group.map(({ bounces }) => bounces)),
	}));
}

/** Rows of acquisition_days. */
export function recountAcquisitionDays(events: readonly Receipt[]) {
	const sessions = recountSessions(events).filter(({ is_bot }) => !is_bot);
	const source = (s: (typeof sessions)[number]) => [s.entry_referrer_host, s.utm_source, s.utm_medium, s.utm_campaign];
	return groupBy(sessions, (s) => JSON.stringify([s.site, s.day, ...source(s)])).map((group) => {
		const first = group[0] as (typeof sessions)[number];
		const [referrer_host, utm_source, utm_medium, utm_campaign] = source(first);
		return {
			site: first.site,
			day: first.day,
			channel: first.channel,
			referrer_host,
			utm_source,
			utm_medium,
			utm_campaign,
			sessions: group.length,
			visitors: new Set(group.map(({ visitor_id }) => visitor_id)).size,
			bounces: group.filter(({ is_bounce }) => is_bounce).length,
			page_views: sum(group.map(({ page_views }) => page_views)),
			duration_ms: sum(group.map(({ duration_ms }) => duration_ms)),
			conversions: group.filter(({ is_converted }) => is_converted).length,
			revenue: Math.round(sum(group.map(({ revenue }) => revenue)) * 100) / 100,
		};
	});
}

/** Lower edges of the bins of durations, milliseconds. */
const durationEdgesMs = [0, 1, 10e3, 30e3, 60e3, 180e3, 600e3, 1_800e3, 3_600e3, 7_200e3, 14_400e3];

/** Rows of session_days. */
function recountSessionDays(events: readonly Receipt[]) {
	const sessions = recountSessions(events).filter(({ is_bot }) => !is_bot);
	return groupBy(sessions, (s) => `${s.site} ${s.day}`).map((group) => {
		const lengths = group.map(({ duration_ms }) => duration_ms).sort((a, b) => a - b);
		const bins = durationEdgesMs.map((from_ms, at) => {
			const to = durationEdgesMs[at + 1] ?? Number.POSITIVE_INFINITY;
			return { from_ms, sessions: lengths.filter((ms) => ms >= from_ms && ms < to).length };
		});
		return {
			site: group[0]?.site,
			day: group[0]?.day,
			sessions: group.length,
			bounces: group.filter(({ is_bounce }) => is_bounce).length,
			conversions: group.filter(({ is_converted }) => is_converted).length,
			checkouts: sum(group.map(({ checkouts }) => checkouts)),
			page_views: sum(group.map(({ page_views }) => page_views)),
			revenue: Math.round(sum(group.map(({ revenue }) => revenue)) * 100) / 100,
			duration_ms: sum(lengths),
			median_duration_ms: lengths[lengths.length >> 1],
			durations: bins.filter((bin) => bin.sessions > 0),
		};
	});
}

/** Rows of audience_days. */
export function recountAudienceDays(events: readonly Receipt[]) {
	const sessions = recountSessions(events).filter(({ is_bot }) => !is_bot);
	const values = sessions.flatMap((s) =>
		(['device', 'browser', 'os', 'country'] as const).map((dimension) => ({ ...s, dimension, value: s[dimension] })),
	);
	return groupBy(values, (s) => JSON.stringify([s.site, s.day, s.dimension, s.value])).map((group) => {
		const { site, day: of, dimension, value } = group[0] as (typeof values)[number];
		return {
			site,
			day: of,
			dimension,
			value,
			sessions: group.length,
			conversions: group.filter(({ is_converted }) => is_converted).length,
			revenue: Math.round(sum(group.map(({ revenue }) => revenue)) * 100) / 100,
		};
	});
}

/** Rows of visitor_returns. */
function recountVisitorReturns(events: readonly Receipt[]) {
	const active = recountActive(events);
	return groupBy(active, (row) => `${row.site} ${row.day} ${row.previous_day}`).map((group) => {
		const { site, day: of, previous_day } = group[0] as (typeof active)[number];
		return { site, day: of, previous_day, visitors: group.length };
	});
}

/** Rows of vital_values. */
function recountVitalValues(events: readonly Receipt[]) {
	const samples = people(events).flatMap(({ site, day: of, vitals }) => vitals.map((one) => ({ site, of, ...one })));
	return groupBy(samples, ({ site, of, metric, path }) => `${site} ${of} ${metric} ${path}`).map((group) => {
		const { site, of, metric, path } = group[0] as (typeof samples)[number];
		return { site, day: of, metric, path, values: group.map(({ value }) => value).sort((a, b) => a - b) };
	});
}

/** Rows of vitals_days. */
function recountVitalsDays(events: readonly Receipt[]) {
	const samples = people(events).flatMap(({ site, day: of, vitals }) =>
		vitals.flatMap((vital) => [vital, { ...vital, path: '*' }].map((one) => ({ site, of, ...one }))),
	);
	return groupBy(samples, ({ site, of, metric, path }) => `${site} ${of} ${metric} ${path}`).map((group) => {
		const values = group.map(({ value }) => value).sort((a, b) => a - b);
		const quantile = (level: number) => values[Math.min(values.length - 1, Math.floor(level * values.length))];
		const { site, of, metric, path } = group[0] as (typeof samples)[number];
		return { site, day: of, metric, path, samples: values.length, p75: quantile(0.75), p50: quantile(0.5) };
	});
}

/** Rows of persons. */
function recountPersons(events: readonly Receipt[]) {
	return groupBy(recountUserDays(events), ({ site, visitor_id }) => `${site} ${visitor_id}`).map((days) => {
		const inOrder = [...days].sort((a, b) => (a.day < b.day ? -1 : 1));
		const user_id = inOrder.findLast((row) => row.user_id !== '')?.user_id ?? '';
		const { site, visitor_id } = inOrder[0] as (typeof days)[number];
		return {
			site,
			visitor_id,
			user_id,
			person_id: user_id === '' ? `visitor:${visitor_id}` : `user:${user_id}`,
			first_day: inOrder[0]?.day,
			last_day: inOrder.at(-1)?.day,
			active_days: inOrder.length,
		};
	});
}

/** The recount of each model, by its name. */
export const recounts = {
	int_presence_days: recountPresence,
	int_user_days: recountUserDays,
	int_activity_days: recountActivityDays,
	sessions: recountSessions,
	users_activity: recountActivity,
	retention: recountRetention,
	funnel: recountFunnel,
	product_days: recountProductDays,
	page_days: recountPageDays,
	acquisition_days: recountAcquisitionDays,
	audience_days: recountAudienceDays,
	session_days: recountSessionDays,
	visitor_returns: recountVisitorReturns,
	vitals_days: recountVitalsDays,
	vital_values: recountVitalValues,
	persons: recountPersons,
};

/** Stored models without a recount, each with the reason. */
export const notRecounted: Record<string, string> = {
	int_visits:
		'no reader uses it, and each of its columns is an input of sessions, int_user_days, int_presence_days, event_days ' +
		'or property_days, which are recounted; a rebuild is compared with it in every column',
};
