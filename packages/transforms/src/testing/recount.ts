/** An independent count of the marts in plain TypeScript: written from the definitions, sharing nothing with the SQL. */

/** One receipt of an event, as it is put into the raw table. */
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
	/** In hundredths, so that sums are exact. */
	cents: number;
	path: string;
	/** With its question mark; empty for none. */
	urlQuery: string;
	userId: string;
	referrer: string;
	browser: string;
	os: string;
	device: string;
	country: string;
	isBot: boolean;
}

const dayMs = 86_400_000;
const sessionGapMs = 1_800_000;

/** Each event once: the first receipt wins. In order of time, ties by id. */
export function firstReceipts(receipts: readonly Receipt[]): Receipt[] {
	const first = new Map<string, Receipt>();
	for (const receipt of receipts) {
		const key = `${receipt.site} ${receipt.visitor} ${receipt.id}`;
		const known = first.get(key);
		if (!known || receipt.receivedMs < known.receivedMs) first.set(key, receipt);
	}
	return [...first.values()].sort((a, b) => a.tsMs - b.tsMs || (a.id < b.id ? -1 : 1));
}

const isPageView = (e: Receipt) => e.name === 'view' && e.obj === 'page';
const isProductView = (e: Receipt) => isPageView(e) && e.objId === 'product';
const isButton = (id: string) => (e: Receipt) => e.name === 'click' && e.obj === 'button' && e.objId === id;

const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
const time = (ms: number) => new Date(ms).toISOString().replace('T', ' ').replace('Z', '');
const money = (events: readonly Receipt[]) => events.reduce((sum, { cents }) => sum + cents, 0) / 100;
const lastUser = (events: readonly Receipt[]) => events.findLast(({ userId }) => userId !== '')?.userId ?? '';

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
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

/** Rows of int_user_days. */
export function recountUserDays(events: readonly Receipt[]) {
	return groupBy(events, (e) => `${e.site} ${e.visitor} ${day(e.tsMs)}`).map((group) => {
		const first = group[0] as Receipt;
		return {
			site: first.site,
			day: day(first.tsMs),
			visitor_id: first.visitor,
			user_id: lastUser(group),
			is_bot: group.some(({ isBot }) => isBot),
			events: group.length,
			page_views: group.filter(isPageView).length,
			first_seen_at: time(first.tsMs),
			last_seen_at: time((group.at(-1) as Receipt).tsMs),
			...occasions('product_view', group.filter(isProductView)),
			...occasions('add_to_cart', group.filter(isButton('add_to_cart'))),
			...occasions('checkout', group.filter(isButton('checkout'))),
		};
	});
}

/** Rows of sessions, without session_id, which only ClickHouse can compute. */
export function recountSessions(events: readonly Receipt[]) {
	return groupBy(events, (e) => `${e.site} ${e.visitor}`).flatMap((ofVisitor) => {
		const sessions: Receipt[][] = [];
		for (const event of ofVisitor) {
			const current = sessions.at(-1);
			const last = current?.at(-1);
			if (current && last && event.tsMs - last.tsMs <= sessionGapMs) current.push(event);
			else sessions.push([event]);
		}
		return sessions.map(sessionRow);
	});
}

function sessionRow(session: Receipt[]) {
	const first = session[0] as Receipt;
	const last = session.at(-1) as Receipt;
	const views = session.filter(isPageView);
	const checkouts = session.filter(isButton('checkout'));
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
		is_bounce: views.length <= 1 && views.length === session.length,
		entry_path: views[0]?.path ?? '',
		exit_path: views.at(-1)?.path ?? '',
		...entryOf(first),
		is_bot: session.some(({ isBot }) => isBot),
		is_long: last.tsMs - first.tsMs > dayMs,
		product_views: session.filter(isProductView).length,
		adds_to_cart: session.filter(isButton('add_to_cart')).length,
		checkouts: checkouts.length,
		amount: money(checkouts),
		is_converted: checkouts.length > 0,
	};
}

function entryOf({ site, referrer, urlQuery, browser, os, device, country }: Receipt) {
	const campaign = new URLSearchParams(urlQuery);
	const hostOf = (url: string) => (url === '' ? '' : new URL(url).hostname);
	return {
		entry_referrer: referrer,
		entry_referrer_host: referrer.startsWith('/') ? `${site}.test` : hostOf(referrer),
		utm_source: campaign.get('utm_source') ?? '',
		utm_medium: campaign.get('utm_medium') ?? '',
		utm_campaign: campaign.get('utm_campaign') ?? '',
		browser,
		os,
		device,
		country,
	};
}

/** Rows of users_activity, by counting distinct visitors anew for every window. */
export function recountActivity(events: readonly Receipt[]) {
	const people = recountUserDays(events).filter(({ is_bot }) => !is_bot);
	return groupBy(people, ({ site }) => site).flatMap((ofSite) => {
		const days = ofSite.map((row) => Date.parse(row.day));
		const rows = [];
		for (let at = Math.min(...days); at <= Math.max(...days); at += dayMs) {
			const active = (length: number) =>
				new Set(
					ofSite
						.filter(({ day: d }) => Date.parse(d) <= at && Date.parse(d) > at - length * dayMs)
						.map((r) => r.visitor_id),
				).size;
			const [dau, wau, mau] = [active(1), active(7), active(30)];
			rows.push({ site: ofSite[0]?.site, day: day(at), dau, wau, mau, stickiness: mau === 0 ? 0 : dau / mau });
		}
		return rows;
	});
}
