import type { ViewRows } from '@footfall/dashboard/contract';
import type { ViewAnswer } from '../api-client.js';
import { card } from '../cards/card.js';
import type { Cell } from '../cards/table.js';
import { funnelChart } from '../charts/funnel-chart.js';
import { h } from '../dom.js';
import { formatCount, formatMoney, formatMoneyIn, formatPart } from '../format.js';
import { listOf } from './list-of.js';
import { hasRows, parts } from './parts.js';
import type { View, ViewContext } from './view.js';

type Lists = ViewAnswer<'shop'>['lists'];

const partOf = (value: number, of: number) => (of === 0 ? null : value / of);

/** The id of a product; one that is a number is marked as one. */
const productName = (id: string | number) => (/^\d+$/.test(`${id}`) ? `№ ${id}` : `${id}`);

const rowsOf = (rows: ViewRows['shop']): Cell[][] =>
	rows.products.map((row) => [
		row.productId,
		row.views,
		row.viewers,
		row.adds,
		row.addAmount,
		row.buyers,
		partOf(row.buyers, row.viewers),
	]);

export const shop: View = async (context) => {
	const { rows, lists } = await context.fetchView('shop');
	return parts(
		() => funnelCard(rows),
		() => productsCard(context, rows, lists),
	);
};

function funnelCard(rows: ViewRows['shop']): HTMLElement {
	const { viewers = 0, adders = 0, buyers = 0 } = rows.funnel[0] ?? {};
	const steps = [
		{ name: 'Viewed a product', value: viewers },
		{ name: 'Added to the cart', value: adders },
		{ name: 'Checked out', value: buyers },
	].map((step) => ({ ...step, part: partOf(step.value, viewers) }));
	const funnel = card({
		title: 'Purchase funnel',
		note: 'Visitors who took the steps in this order within a day. A visitor counts once a day.',
		draw: (width) =>
			funnelChart({
				width,
				label: 'Visitors by step of the funnel',
				steps: steps.map((step) => ({ ...step, note: `${formatCount(step.value)}  ·  ${formatPart(step.part)}` })),
			}),
		table: {
			columns: [
				{ title: 'Step' },
				{ title: 'Visitors', isNumber: true, format: formatCount },
				{ title: 'Share of the first step', isNumber: true, format: formatPart },
			],
			rows: viewers === 0 ? [] : steps.map(({ name, value, part }) => [name, value, part]),
		},
	});
	// Marts of an earlier version have no orders.
	funnel.append(...orderNotes(hasRows(rows, 'orders') ? rows.orders[0] : undefined));
	return funnel;
}

const productsCard = (context: ViewContext, rows: ViewRows['shop'], lists: Lists): HTMLElement =>
	card({
		title: 'Products',
		note: 'Buyers viewed the product, added it to the cart, and then checked out.',
		list: listOf(context, 'shop', { name: 'products', lists, noun: 'products', rowsOf }),
		table: {
			columns: [
				{ title: 'Product', format: productName, barOf: 1 },
				{ title: 'Views', isNumber: true, format: formatCount },
				{ title: 'Viewers', isNumber: true, format: formatCount },
				{ title: 'Adds to cart', isNumber: true, format: formatCount },
				{ title: 'Value of adds', isNumber: true, format: formatMoney },
				{ title: 'Buyers', isNumber: true, format: formatCount },
				{ title: 'Buyers / viewers', isNumber: true, format: formatPart },
			],
			rows: rowsOf(rows),
		},
	});

/** Sentences by which the funnel agrees with the orders of the same days. */
function orderNotes(found: ViewRows['shop']['orders'][number] | undefined): HTMLElement[] {
	if (found === undefined || found.orders === 0) return [];
	const { orders, revenue, currency, afterSteps, withoutSteps, withoutSession } = found;
	const parts = [
		[afterSteps, 'after a product was viewed and added to the cart in the same session'],
		[withoutSteps, 'in a session in which these steps were not seen'],
		[withoutSession, 'without a session'],
	] as const;
	const words = parts.filter(([count]) => count > 0).map(([count, where]) => `${formatCount(count)} ${where}`);
	const sum = `${formatCount(orders)} orders of these days, with a revenue of ${formatMoneyIn(currency, revenue)}`;
	return [h('p.note', {}, `${sum}: ${words.join(', ')}.`)];
}
