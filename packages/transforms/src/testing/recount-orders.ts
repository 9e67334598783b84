import { sessionAttributes } from '../compile/session-attributes.js';
import {
	amountCentsMax,
	day,
	groupBy,
	type Item,
	namesVisitor,
	type Receipt,
	sessionRow,
	sessionsOf,
	sum,
	time,
	usersOf,
} from './recount.js';

/** An independent count of orders and refunds in plain TypeScript, for recount.test.ts. */

/** An event that tells of an order or a refund, with the session that it belongs to. */
interface Report extends Receipt {
	session: ReturnType<typeof sessionRow>;
	/** A page told of it, and of so many other orders of the visitor on the day that it is implausible. */
	isOneOfMany: boolean;
}

const reportsIn = (events: readonly Receipt[]): Report[] =>
	groupBy(events, (e) => `${e.site} ${e.visitor}`)
		.flatMap((ofVisitor) => sessionsOf(ofVisitor))
		.flatMap((session) => session.map((event) => ({ ...event, session: sessionRow(session) })))
		.filter(({ name }) => name === 'order' || name === 'refund')
		.map((event) => ({ ...event, isOneOfMany: isOneOfMany(event, events) }));

/** The most orders of which the pages of a visitor can tell on a day. Stated a second time. */
const pageOrdersMax = 50;
/** The most pieces in an order of which a page tells. */
const piecesMax = 1_000_000_000;

const isOfPage = ({ name, source, orderId, visitor }: Receipt) =>
	name === 'order' && source === 'page' && orderId !== '' && visitor !== 0;

function isOneOfMany(event: Receipt, events: readonly Receipt[]): boolean {
	const isOfDay = (e: Receipt) =>
		e.site === event.site && e.visitor === event.visitor && day(e.tsMs) === day(event.tsMs) && isOfPage(e);
	const ids = new Set(events.filter(isOfDay).map(({ orderId }) => orderId));
	return isOfPage(event) && ids.size > pageOrdersMax;
}

const isRefund = ({ name }: Receipt) => name === 'refund';
const ranks = { server: 0, page: 1, import: 2 };
const inPrecedence = (a: Report, b: Report) =>
	ranks[a.source] - ranks[b.source] || a.receivedMs - b.receivedMs || (a.id < b.id ? -1 : 1);
const centsOf = (report: Report) => (isRefund(report) ? Math.abs(report.cents) : report.cents);
const isBotReport = (report: Report) =>
	report.source !== 'server' && (namesVisitor(report) ? report.session.is_bot : report.isBot);
const hasTooMuch = ({ cents, extraCents, items }: Report) =>
	Math.max(cents, ...extraCents, sum(items.map((item) => item.cents * item.quantity))) > amountCentsMax ||
	sum(items.map(({ quantity }) => quantity)) > piecesMax;
const hasImplausibleAmount = (report: Report) => report.cents < 0 || (report.source === 'page' && hasTooMuch(report));
const isImplausibleOrder = (report: Report) => hasImplausibleAmount(report) || report.isOneOfMany;
const orderKey = ({ site, orderId }: Receipt) => JSON.stringify([site, orderId]);
const itemRows = (items: readonly Item[]) =>
	items.map(({ productId, name, cents, quantity }) => ({
		product_id: productId,
		name,
		category: 'c',
		variant: 'v',
		price: cents / 100,
		quantity,
	}));

/** The columns of sessions by which the dashboard filters. */
const filters = sessionAttributes.flatMap(({ column, isFilter }) => (isFilter ? [column] : []));

/** The columns of the session of a report or an order; empty ones if there is none. */
function visitColumns(session: ReturnType<typeof sessionRow> | undefined) {
	return {
		entry_path: session?.entry_path ?? '',
		channel: session?.channel ?? '',
		funnel_step: session?.funnel_step ?? 0,
		...Object.fromEntries(filters.map((column) => [column, session?.[column] ?? ''])),
	};
}

const visitOf = (session: ReturnType<typeof sessionRow> | undefined) => ({
	visitor_id: session?.visitor_id ?? 0,
	...visitColumns(session),
});

/** Rows of int_order_reports, without session_id, which only ClickHouse can compute. */
function recountReports(events: readonly Receipt[]) {
	return reportsIn(events).map((report) => ({
		site: report.site,
		visitor_id: report.visitor,
		event_id: report.id,
		day: day(report.tsMs),
		ts: time(report.tsMs),
		names_visitor: namesVisitor(report),
		order_id: report.orderId,
		told: {
			received_at: time(report.receivedMs),
			is_refund: isRefund(report),
			source: report.source,
			user_id: report.userId,
			refund_id: report.refundId,
			currency: report.currency,
			amount: centsOf(report) / 100,
			...extrasOf(report),
			coupon: report.coupon,
			items: itemRows(report.items),
			is_implausible: !isRefund(report) && hasImplausibleAmount(report),
		},
		is_bot: isBotReport(report),
		is_one_of_many: report.isOneOfMany,
		visit: visitOf(namesVisitor(report) ? report.session : undefined),
	}));
}

const extrasOf = ({ extraCents: [tax, shipping, discount] }: Receipt) => ({
	tax: tax / 100,
	shipping: shipping / 100,
	discount: discount / 100,
});

/** The orders by their keys, each with its reports, those that count first. */
function ordersIn(events: readonly Receipt[]): Map<string, [Report, ...Report[]]> {
	const reports = reportsIn(events).filter((report) => !isRefund(report) && report.orderId !== '');
	const groups = groupBy(reports, orderKey).map((group) => group.sort(inPrecedence) as [Report, ...Report[]]);
	return new Map(groups.map((group) => [orderKey(group[0]), group]));
}

interface Refund {
	first: Report;
	reports: number;
	order: readonly [Report, ...Report[]] | undefined;
	currency: string;
	isOtherCurrency: boolean;
	cents: number;
	isCut: boolean;
}

/** The refunds of each order, in the order in which they were given. */
function refundsIn(events: readonly Receipt[]): Refund[] {
	const orders = ordersIn(events);
	const reports = reportsIn(events).filter((report) => isRefund(report) && report.orderId !== '');
	return groupBy(reports, orderKey).flatMap((ofOrder) => {
		const order = orders.get(orderKey(ofOrder[0] as Report));
		const refunds = groupBy(ofOrder, ({ refundId, id }) => refundId || id).map((group) => ({
			first: group.sort(inPrecedence)[0] as Report,
			reports: group.length,
		}));
		refunds.sort(
			({ first: a }, { first: b }) => a.tsMs - b.tsMs || a.receivedMs - b.receivedMs || (a.id < b.id ? -1 : 1),
		);
		let left = Math.max(0, order?.[0].cents ?? 0);
		return refunds.map((refund) => {
			const { first } = refund;
			const currency = first.currency || (order?.[0].currency ?? '');
			const isOtherCurrency = order !== undefined && currency !== order[0].currency;
			const isSubtracted = order !== undefined && !isOtherCurrency && !isBotReport(first);
			const asked = centsOf(first);
			const cents = isSubtracted ? (asked === 0 ? left : Math.min(asked, left)) : 0;
			left -= cents;
			return { ...refund, order, currency, isOtherCurrency, cents, isCut: isSubtracted && asked > cents };
		});
	});
}

const isCounted = (order: readonly [Report, ...Report[]]) => !isBotReport(order[0]) && !isImplausibleOrder(order[0]);
const isConfirmed = (order: readonly Report[]) => order.some(({ source }) => source === 'server');

/** The user of an order of which no report names a visitor; empty for none. */
const unnamedUser = (order: readonly Report[]) =>
	order.some(namesVisitor) ? '' : (order.find(({ userId }) => userId !== '')?.userId ?? '');

/** The session of an order: that of the report that names the visitor, or else that in which its user was last seen. */
function visitedIn(order: readonly [Report, ...Report[]] | undefined, events: readonly Receipt[]) {
	if (order === undefined) return undefined;
	const user = unnamedUser(order);
	const { site, tsMs } = order[0];
	if (user === '') return order.find(namesVisitor)?.session;
	const ofBrowsers = events.filter((e) => e.site === site && e.visitor >= 1 && e.visitor < 2 ** 53);
	const seen = groupBy(ofBrowsers, ({ visitor }) => `${visitor}`)
		.flatMap((ofVisitor) => sessionsOf(ofVisitor))
		.flatMap((session) =>
			groupBy(session, ({ tsMs: ms }) => day(ms)).flatMap((visit) =>
				usersOf(visit).map((one) => ({ ...one, session, visitor: session[0]?.visitor ?? 0 })),
			),
		)
		.filter(({ userId, firstMs }) => userId === user && firstMs <= tsMs)
		.sort(
			(a, b) => Math.min(a.lastMs, tsMs) - Math.min(b.lastMs, tsMs) || a.firstMs - b.firstMs || a.visitor - b.visitor,
		);
	const last = seen.at(-1);
	return last && sessionRow(last.session);
}

/** Rows of int_order_visitors, without session_id, which only ClickHouse can compute. */
function recountOrderVisitors(events: readonly Receipt[]) {
	return [...ordersIn(events).values()]
		.filter((order) => unnamedUser(order) !== '')
		.map((order) => ({
			site: order[0].site,
			order_id: order[0].orderId,
			day: day(order[0].tsMs),
			user_id: unnamedUser(order),
			visit: visitOf(visitedIn(order, events)),
		}));
}

/** Rows of refunds. */
function recountRefunds(events: readonly Receipt[]) {
	return refundsIn(events).map(({ first, reports, order, currency, isOtherCurrency, cents, isCut }) => ({
		site: first.site,
		order_id: first.orderId,
		refund_id: first.refundId || first.id,
		refunded_at: time(first.tsMs),
		day: day(first.tsMs),
		currency,
		asked: centsOf(first) / 100,
		amount: cents / 100,
		source: first.source,
		reports,
		has_order: order !== undefined,
		is_other_currency: isOtherCurrency,
		is_cut: isCut,
		is_bot: isBotReport(first),
		is_order_counted: order !== undefined && isCounted(order),
		is_order_confirmed: order !== undefined && isConfirmed(order),
		...visitOf(visitedIn(order, events)),
	}));
}

/** Rows of orders, without session_id, which only ClickHouse can compute. */
function recountOrders(events: readonly Receipt[]) {
	const refunds = refundsIn(events);
	return [...ordersIn(events).values()].map((order) => {
		const [first] = order;
		const told = refunds.filter((refund) => orderKey(refund.first) === orderKey(first));
		const refunded = sum(told.map(({ cents }) => cents));
		const session = visitedIn(order, events);
		const hasItems = (report: Report) => report.items.length > 0 && (report === first || !hasImplausibleAmount(report));
		const items = order.find(hasItems)?.items ?? [];
		const itemsText = JSON.stringify(items);
		const differing = order.filter(
			(report) =>
				report.cents !== first.cents ||
				report.currency !== first.currency ||
				(report.items.length > 0 && JSON.stringify(report.items) !== itemsText),
		);
		const ofSource = (of: Receipt['source']) => order.filter(({ source }) => source === of).length;
		return {
			site: first.site,
			order_id: first.orderId,
			ordered_at: time(first.tsMs),
			day: day(first.tsMs),
			visitor_id: session?.visitor_id ?? 0,
			user_id: order.find(({ userId }) => userId !== '')?.userId ?? '',
			currency: first.currency,
			amount: first.cents / 100,
			...extrasOf(first),
			coupon: first.coupon,
			items: itemRows(items),
			refunds: told.length,
			refunded: refunded / 100,
			net: (first.cents - refunded) / 100,
			source: first.source,
			is_confirmed: isConfirmed(order),
			page_reports: ofSource('page'),
			server_reports: ofSource('server'),
			import_reports: ofSource('import'),
			differences: differing.length,
			refunds_cut: told.filter(({ isCut }) => isCut).length,
			refunds_in_other_currency: told.filter(({ isOtherCurrency }) => isOtherCurrency).length,
			is_bot: isBotReport(first),
			is_implausible: isImplausibleOrder(first),
			...visitColumns(session),
		};
	});
}

/** Rows of order_items. */
function recountItems(events: readonly Receipt[]) {
	return recountOrders(events).flatMap((order) =>
		order.items.map((item, i) => ({
			site: order.site,
			order_id: order.order_id,
			item: i + 1,
			ordered_at: order.ordered_at,
			day: order.day,
			currency: order.currency,
			...item,
			amount: Math.round(item.price * item.quantity * 100) / 100,
			is_bot: order.is_bot,
			is_implausible: order.is_implausible,
		})),
	);
}

/** Rows of product_sales_days. */
function recountSales(events: readonly Receipt[]) {
	const orders = recountOrders(events).filter((order) => !order.is_bot && !order.is_implausible);
	const lines = orders.flatMap((order) => order.items.map((item) => ({ ...item, order })));
	const unitsOf = (of: typeof lines) => sum(of.map(({ quantity }) => quantity));
	const amountOf = (of: typeof lines) => Math.round(sum(of.map(({ price, quantity }) => price * quantity * 100))) / 100;
	return groupBy(lines, ({ order, product_id }) =>
		JSON.stringify([order.site, order.day, order.currency, product_id]),
	).map((group) => {
		const { order, product_id } = group[0] as (typeof lines)[number];
		const confirmed = group.filter((line) => line.order.is_confirmed);
		return {
			site: order.site,
			day: order.day,
			currency: order.currency,
			product_id,
			orders: new Set(group.map((line) => line.order.order_id)).size,
			units: unitsOf(group),
			amount: amountOf(group),
			confirmed_units: unitsOf(confirmed),
			confirmed_amount: amountOf(confirmed),
		};
	});
}

/** Rows of order_days. */
function recountOrderDays(events: readonly Receipt[]) {
	const orders = recountOrders(events);
	const refunds = recountRefunds(events);
	const nameless = recountReports(events)
		.filter((report) => report.order_id === '')
		.map(({ site, day: of, told }) => ({ site, day: of, currency: told.currency }));
	const total = (amounts: readonly number[]) => Math.round(sum(amounts.map((amount) => amount * 100))) / 100;
	type Row = { site: string; day: string; currency: string };
	return groupBy<Row>([...orders, ...refunds, ...nameless], (row) =>
		JSON.stringify([row.site, row.day, row.currency]),
	).map((group) => {
		const { site, day: of, currency } = group[0] as Row;
		const all = orders.filter((row) => group.includes(row));
		const counted = all.filter((row) => !row.is_bot && !row.is_implausible);
		const confirmed = counted.filter((row) => row.is_confirmed);
		const bots = all.filter((row) => row.is_bot);
		const implausible = all.filter((row) => row.is_implausible && !row.is_bot);
		const given = refunds.filter((row) => group.includes(row));
		const subtracted = given.filter((row) => row.is_order_counted && row.amount > 0);
		const amount = total(counted.map((row) => row.amount));
		const refunded = total(subtracted.map((row) => row.amount));
		return {
			site,
			day: of,
			currency,
			orders: counted.length,
			amount,
			tax: total(counted.map(({ tax }) => tax)),
			shipping: total(counted.map(({ shipping }) => shipping)),
			discount: total(counted.map(({ discount }) => discount)),
			items: sum(counted.flatMap(({ items }) => items.map(({ quantity }) => quantity))),
			confirmed_orders: confirmed.length,
			confirmed_amount: total(confirmed.map((row) => row.amount)),
			refunds: subtracted.length,
			refunded,
			confirmed_refunded: total(subtracted.filter((row) => row.is_order_confirmed).map((row) => row.amount)),
			net: total([amount, -refunded]),
			bot_orders: bots.length,
			bot_amount: total(bots.map((row) => row.amount)),
			implausible_orders: implausible.length,
			implausible_amount: total(implausible.map((row) => row.amount)),
			differing_orders: all.filter(({ differences }) => differences > 0).length,
			refunds_without_order: given.filter(({ has_order }) => !has_order).length,
			refunds_in_other_currency: given.filter(({ is_other_currency }) => is_other_currency).length,
			refunds_cut: given.filter(({ is_cut }) => is_cut).length,
			reports_without_id: nameless.filter((row) => group.includes(row)).length,
		};
	});
}

/** The recount of each model of orders, by its name. */
export const orderRecounts = {
	int_order_reports: recountReports,
	int_order_visitors: recountOrderVisitors,
	refunds: recountRefunds,
	orders: recountOrders,
	order_items: recountItems,
	product_sales_days: recountSales,
	order_days: recountOrderDays,
};
