import type { Condition } from './conditions/condition.js';
import type { Definitions, GoalValue } from './definitions.js';

const clickOn = (button: string): Condition => ({
	kind: 'and',
	conditions: [
		{ kind: 'event', is: { op: 'equal', texts: ['click'] } },
		{ kind: 'object', is: { op: 'equal', texts: ['button'] } },
		{ kind: 'objectId', is: { op: 'equal', texts: [button] } },
	],
});

/** A view of a page or of a product, whose object id is product. */
const productView: Condition = {
	kind: 'and',
	conditions: [
		{ kind: 'event', is: { op: 'equal', texts: ['view'] } },
		{ kind: 'object', is: { op: 'equal', texts: ['page', 'product'] } },
		{ kind: 'objectId', is: { op: 'equal', texts: ['product'] } },
	],
};

const checkout = clickOn('checkout');
const amount: GoalValue = { kind: 'amount' };

/**
 * The definitions without a definitions.json: the funnel of a shop, and its checkouts and orders. The steps are those
 * of the columns `is_product_view`, `is_add_to_cart` and `is_checkout` of the model `stg_events`.
 */
export const defaultDefinitions: Definitions = {
	goals: [
		{ name: 'checkout', title: 'Checkout', when: checkout, value: amount, sites: undefined },
		{
			name: 'order',
			title: 'Order',
			when: { kind: 'event', is: { op: 'equal', texts: ['order'] } },
			value: amount,
			sites: undefined,
		},
	],
	funnels: [
		{
			name: 'shop',
			title: 'Shop',
			windowMs: 86_400_000,
			steps: [
				{ title: 'Product view', when: productView },
				{ title: 'Add to cart', when: clickOn('add_to_cart') },
				{ title: 'Checkout', when: checkout },
			],
			sites: undefined,
		},
	],
	experiments: [],
};
