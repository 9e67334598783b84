import type { ViewRows } from '@footfall/dashboard/contract';
import { card } from '../cards/card.js';
import type { Cell } from '../cards/table.js';
import { colours } from '../charts/chart-style.js';
import { linesChart } from '../charts/lines-chart.js';
import { h } from '../dom.js';
import { attributeColumn } from '../filters.js';
import {
	formatCount,
	formatKnown,
	formatMoney,
	formatMoneyIn,
	formatOpenDay,
	formatPart,
	formatShort,
	formatTime,
} from '../format.js';
import { eachDay } from '../state.js';
import { listOf } from './list-of.js';
import { hasRows, parts } from './parts.js';
import type { View, ViewContext } from './view.js';

type Rows = ViewRows['orders'];

export const orders: View = async (context) => {
	const { rows, lists } = await context.fetchView('orders');
	// The sums, and the titles of all cards, need the currency of the site.
	const currency = hasRows(rows, 'totals') ? (rows.totals[0]?.currency ?? '') : '';
	const list: ListOfOrders = (name, noun, rowsOf) => listOf(context, 'orders', { name, lists, noun, rowsOf });
	return parts(
		() => totalsCard(rows, currency),
		() => daysCard(context, rows, currency),
		() => productsCard(rows, currency, list),
		() => attributeCards(context, rows, list),
		() => latestCard(rows, list),
	);
};

/** Makes the list of a card. */
type ListOfOrders = (name: string, noun: string, rowsOf: (rows: Rows) => Cell[][]) => ReturnType<typeof listOf>;

const productsCard = (rows: Rows, currency: string, list: ListOfOrders): HTMLElement =>
	card({
		title: 'Products sold',
		note: `The lines of the orders, in ${currencyName(currency)}, before discounts and refunds.`,
		list: list('products', 'products', productRows),
		table: {
			columns: [
				{ title: 'Product', format: (id: string) => formatKnown(id), barOf: 4 },
				{ title: 'Name', format: (name: string) => formatKnown(name, '–') },
				{ title: 'Orders', isNumber: true, format: formatCount },
				{ title: 'Units', isNumber: true, format: formatCount },
				{ title: 'Value', isNumber: true, format: formatMoney },
			],
			rows: productRows(rows),
		},
	});

const latestCard = (rows: Rows, list: ListOfOrders): HTMLElement =>
	card({
		title: 'Latest orders',
		note: 'Each order once, whatever told of it: a server counts before a page, and a page before an import. Reports that differ from the one that counts are not added.',
		rowsMax: 25,
		list: list('latest', 'orders', orderRows),
		table: {
			columns: [
				{ title: 'Order' },
				{ title: 'Time (UTC)', format: formatTime },
				{ title: 'Amount' },
				{ title: 'Refunded' },
				{ title: 'Told by' },
				{ title: 'Channel', format: (channel: string) => formatKnown(channel, '–') },
				{ title: 'Notes' },
			],
			rows: orderRows(rows),
		},
	});

const currencyName = (currency: string) => (currency === '' ? 'the currency of the site' : currency);

/** The sums of the period beside those of the orders that a server has confirmed. */
function totalsCard({ totals, currencies, quality }: Rows, currency: string): HTMLElement {
	const now = totals.find(({ isCurrent }) => isCurrent);
	const average = (amount: number, count: number) => (count === 0 ? null : amount / count);
	const rows: Cell[][] =
		now === undefined
			? []
			: [
					['Orders', formatCount(now.orders), formatCount(now.confirmedOrders)],
					['Amount', formatMoney(now.amount), formatMoney(now.confirmedAmount)],
					['Refunds of these days', formatMoney(now.refunded), formatMoney(now.confirmedRefunded)],
					[
						'Revenue: amount less refunds',
						formatMoney(now.amount - now.refunded),
						formatMoney(now.confirmedAmount - now.confirmedRefunded),
					],
					[
						'Average order',
						moneyOrNothing(average(now.amount, now.orders)),
						moneyOrNothing(average(now.confirmedAmount, now.confirmedOrders)),
					],
					[
						'Refunded share',
						formatPart(average(now.refunded, now.amount)),
						formatPart(average(now.confirmedRefunded, now.confirmedAmount)),
					],
				];
	const element = card({
		title: 'Orders and refunds',
		note: `In ${currencyName(currency)}. Any sender can imitate a page, so that the orders of which a server told stand beside all orders.`,
		table: {
			columns: [
				{ title: 'In these days' },
				{ title: 'All orders', isNumber: true },
				{ title: 'Confirmed by a server', isNumber: true },
			],
			rows,
		},
		empty: 'No orders in these days.',
	});
	element.append(...currencyNotes(currencies, currency), ...qualityNotes(quality[0]));
	return element;
}

const moneyOrNothing = (value: number | null) => (value === null ? '–' : formatMoney(value));

/** Sentences on the currencies of the orders that are not the one of the sums. */
function currencyNotes(currencies: Rows['currencies'], reporting: string): HTMLElement[] {
	return currencies
		.filter(({ currency }) => currency !== reporting)
		.map(({ currency, orders: count, amount, refunded, isLeftOut }) => {
			const sums = `${formatCount(count)} orders of ${formatMoneyIn(currency, amount)}, ${formatMoneyIn(currency, refunded)} refunded`;
			const name = currency === '' ? 'Without a currency' : currency;
			return h(
				'p.note',
				{},
				isLeftOut
					? `${name}: ${sums}. These are not in the sums above, because there is no exchange rate of some of the days; load the rates with footfall rates.`
					: `${name}: ${sums}, converted by the rate of the day.`,
			);
		});
}

/** Sentences on reports that do not agree or that count nowhere. */
function qualityNotes(quality: Rows['quality'][number] | undefined): HTMLElement[] {
	if (quality === undefined) return [];
	const sentences: [number, string][] = [
		[quality.differing, 'orders were told of with different amounts, currencies or items'],
		[quality.withoutId, 'events tell of an order or a refund without an order id, and count nowhere'],
		[quality.refundsWithoutOrder, 'refunds wait for an order that is not known'],
		[quality.refundsInOtherCurrency, 'refunds are in another currency than their order, and are not subtracted'],
		[quality.refundsCut, 'refunds give back more than was left of their order; the rest is not subtracted'],
		[quality.ofBots, 'orders are those of bots, and do not count'],
		[
			quality.implausible,
			'orders have an implausible amount, or are too many of one visitor on a day, and do not count',
		],
	];
	return sentences
		.filter(([count]) => count > 0)
		.map(([count, words]) => h('p.note', {}, `${formatCount(count)} ${words}.`));
}

function daysCard({ days: range, open, isLastOpen }: ViewContext, { days }: Rows, currency: string): HTMLElement {
	const list = eachDay(range);
	const byDay = new Map(days.map((row) => [row.day, row]));
	const valuesOf = (of: (row: Rows['days'][number]) => number) =>
		list.map((day) => {
			const row = byDay.get(day);
			return row ? of(row) : 0;
		});
	const net = valuesOf(({ amount, refunded }) => amount - refunded);
	const refunded = valuesOf((row) => row.refunded);
	const counts = valuesOf((row) => row.orders);
	return card({
		title: 'Revenue by day',
		note: `Orders less refunds, in ${currencyName(currency)}. A refund lowers the day of the refund. UTC days.`,
		legend: [
			{ name: 'Revenue', colour: colours.main },
			{ name: 'Refunds', colour: colours.quiet },
		],
		draw: (width) =>
			linesChart({
				days: list,
				width,
				label: 'Revenue and refunds by day',
				format: formatMoney,
				formatTick: formatShort,
				openDay: open,
				isLastOpen,
				series: [
					{ name: 'Refunds', colour: colours.quiet, values: refunded },
					{ name: 'Revenue', colour: colours.main, values: net, isFilled: true },
				],
			}),
		table: {
			columns: [
				{ title: 'Day', format: (day: string) => formatOpenDay(day, open) },
				{ title: 'Orders', isNumber: true, format: formatCount },
				{ title: 'Revenue', isNumber: true, format: formatMoney },
				{ title: 'Refunds', isNumber: true, format: formatMoney },
			],
			rows: days.length === 0 ? [] : list.map((day, at) => [day, counts[at] ?? 0, net[at] ?? 0, refunded[at] ?? 0]),
		},
	});
}

const productRows = ({ products }: Rows): Cell[][] =>
	products.map((row) => [row.productId, row.name, row.orders, row.units, row.amount]);

/** The lists of orders by an attribute of their session, and the filter of each. */
const attributes = [
	{ name: 'channel', title: 'Orders by channel', noun: 'channels', filter: 'channel' },
	{ name: 'campaign', title: 'Orders by campaign', noun: 'campaigns', filter: 'campaign' },
	{ name: 'landing', title: 'Orders by landing page', noun: 'landing pages', filter: 'entry' },
] as const;

function attributeCards({ addFilter }: ViewContext, rows: Rows, list: ListOfOrders): HTMLElement[] {
	return attributes.map(({ name, title, noun, filter }) => {
		const rowsOf = ({ sessions }: Rows): Cell[][] =>
			sessions.filter(({ attribute }) => attribute === name).map((row) => [row.value, row.orders, row.amount, row.net]);
		const column = attributeColumn(filter);
		const format = (value: string | null) => (value === null ? 'No session seen' : formatKnown(value, '–'));
		return card({
			title,
			span: 1,
			addFilter,
			list: list(name, noun, rowsOf),
			table: {
				columns: [
					{ ...column, format, barOf: 2 },
					{ title: 'Orders', isNumber: true, format: formatCount },
					{ title: 'Amount', isNumber: true, format: formatMoney },
					{ title: 'Less refunds', isNumber: true, format: formatMoney },
				],
				rows: rowsOf(rows),
			},
		});
	});
}

const orderRows = ({ latest }: Rows): Cell[][] =>
	latest.map((row) => [
		row.orderId,
		row.orderedAtMs,
		formatMoneyIn(row.currency, row.amount),
		row.refunded === 0 ? '–' : formatMoneyIn(row.currency, row.refunded),
		senders(row),
		row.channel,
		notes(row),
	]);

/** The senders of the reports of an order, the one that counts first: `server, page ×2`. */
function senders({ source, pageReports, serverReports, importReports }: Rows['latest'][number]): string {
	const counts: Record<string, number> = { server: serverReports, page: pageReports, import: importReports };
	return [source, ...Object.keys(counts).filter((name) => name !== source)]
		.filter((name) => (counts[name] ?? 0) > 0)
		.map((name) => ((counts[name] ?? 0) > 1 ? `${name} ×${counts[name]}` : name))
		.join(', ');
}

const notes = ({ differences, isBot, isImplausible }: Rows['latest'][number]): string =>
	[
		...(differences > 0 ? [`${formatCount(differences)} differing`] : []),
		...(isBot ? ['bot'] : []),
		...(isImplausible ? ['implausible'] : []),
	].join(', ') || '–';
