/**
 * Definitions of a varied shop, in the form of a definitions.json: the goals and the funnel of a shop, goals that most
 * or few sessions reach, funnels of hours and of a month, and experiments in which most visitors take part.
 */
export const variedDefinitions = {
	goals: {
		checkout: { when: { event: 'click', object: 'button', objectId: 'checkout' }, value: 'amount' },
		order: { when: { event: 'order' }, value: 'amount' },
		product: { title: 'Product viewed', when: { page: '/catalog/product/*' } },
		search: { title: 'Search', when: { event: 'search' } },
		subscribe: { title: 'Newsletter', when: { event: 'subscribe', properties: { plan: ['weekly', 'daily'] } } },
		large_order: { title: 'Large order', when: { event: 'order', amount: { greater: 150 } }, value: 'amount' },
	},
	funnels: {
		shop: {
			within: '1d',
			steps: [
				{ title: 'Product view', when: { page: '/catalog/product/*' } },
				{ title: 'Add to cart', when: { event: 'click', objectId: 'add_to_cart' } },
				'checkout',
			],
		},
		search_to_order: { title: 'From a search to an order', within: '2h', steps: ['search', 'product', 'order'] },
		month: {
			title: 'Within a month',
			within: '30d',
			steps: [
				{ title: 'Any page', when: { page: '/**' } },
				'product',
				{ title: 'Add to cart', when: { event: 'click', objectId: 'add_to_cart' } },
				{ title: 'Cart', when: { page: '/cart' } },
				'checkout',
				'order',
			],
		},
	},
	experiments: {
		cart: { title: 'Style of the cart', key: 'cart_style', goal: 'checkout' },
		cart_products: { title: 'Style of the cart and products', key: 'cart_style', goal: 'product' },
	},
} as const;
