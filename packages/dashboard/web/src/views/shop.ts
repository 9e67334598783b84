import { card } from '../cards/card.js';
import { funnelChart } from '../charts/funnel-chart.js';
import { formatCount, formatMoney, formatPart } from '../format.js';
import type { Show } from './view.js';

const partOf = (value: number, of: number) => (of === 0 ? null : value / of);

export const shop: Show = async (stage) => {
	const { rows } = await stage.ask('shop');
	const { viewers = 0, adders = 0, buyers = 0 } = rows.funnel[0] ?? {};
	const steps = [
		{ name: 'Viewed a product', value: viewers },
		{ name: 'Added one to the cart', value: adders },
		{ name: 'Checked out', value: buyers },
	].map((step) => ({ ...step, part: partOf(step.value, viewers) }));
	return [
		card({
			title: 'From a look to a purchase',
			note: 'Visitors, once a day, in this order within the day.',
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
					{ title: 'Of the first', isNumber: true, format: formatPart },
				],
				rows: viewers === 0 ? [] : steps.map(({ name, value, part }) => [name, value, part]),
			},
		}),
		card({
			title: 'Products',
			note: 'Buyers viewed the product, added it, and then had a checkout.',
			table: {
				columns: [
					{ title: 'Product', format: (id: number | string) => `№ ${id}`, barOf: 1 },
					{ title: 'Views', isNumber: true, format: formatCount },
					{ title: 'Viewers', isNumber: true, format: formatCount },
					{ title: 'Adds', isNumber: true, format: formatCount },
					{ title: 'Added for', isNumber: true, format: formatMoney },
					{ title: 'Buyers', isNumber: true, format: formatCount },
					{ title: 'Buyers of viewers', isNumber: true, format: formatPart },
				],
				rows: rows.products.map((row) => [
					row.productId,
					row.views,
					row.viewers,
					row.adds,
					row.addAmount,
					row.buyers,
					partOf(row.buyers, row.viewers),
				]),
			},
		}),
	];
};
