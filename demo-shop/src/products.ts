/** A product of the shop. Pages, shoppers and tests use this definition. */
export interface Product {
	/** 1 to 4, as in `/catalog/product/1`. */
	readonly id: 1 | 2 | 3 | 4;
	/**
	 * Role in the assortment: `main` is the product that visitors come for, `related` complements it, `analog`
	 * replaces it.
	 */
	readonly role: 'main' | 'related' | 'analog' | 'related analog';
	readonly name: string;
	readonly summary: string;
	/** Price, EUR. */
	readonly price: number;
	/** Probability, 0 to 1, that a view of the product's page is followed by adding the product to the cart. */
	readonly addToCartProbability: number;
}

export const products: readonly Product[] = [
	{
		id: 1,
		role: 'main',
		name: 'Pour-over kettle',
		summary: 'A steel gooseneck that pours exactly where you point it. Holds 0.9 litres, works on any hob.',
		price: 100,
		addToCartProbability: 0.1,
	},
	{
		id: 2,
		role: 'related',
		name: 'Paper filters',
		summary: 'One hundred unbleached cone filters that leave no taste of their own.',
		price: 10,
		addToCartProbability: 0.07,
	},
	{
		id: 3,
		role: 'analog',
		name: 'Electric kettle',
		summary: 'The same pour, with a base that holds any temperature from 40 to 100 °C for an hour.',
		price: 200,
		addToCartProbability: 0.08,
	},
	{
		id: 4,
		role: 'related analog',
		name: 'Cloth filter',
		summary: 'One cotton filter instead of a hundred paper ones. Rinse it, keep it cold, use it for months.',
		price: 9,
		addToCartProbability: 0.08,
	},
];

/** The path of a product's page, as in every link to it. */
export function productPath(product: Pick<Product, 'id'>): string {
	return `/catalog/product/${product.id}`;
}
