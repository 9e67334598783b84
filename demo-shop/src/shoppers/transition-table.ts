import { type Product, productPath, products } from '../products.js';

/** Paths of the shop's pages. */
export const shopPages = [
	'/main',
	'/registration',
	'/catalog',
	'/catalog/product/1',
	'/catalog/product/2',
	'/catalog/product/3',
	'/catalog/product/4',
	'/cart',
	'/cart/checkout',
] as const;

export type ShopPage = (typeof shopPages)[number];

/**
 * Transition probabilities, percent: row = current page, column = next page, both in the order of {@link shopPages}.
 * The diagonal contains the probability that a visit *starts* on the page (it adds up to 100). The difference of a
 * row, without its diagonal, from 100 is the probability of leaving the shop.
 */
const percents: readonly (readonly number[])[] = [
	[10, 5, 15, 1, 2, 1, 7, 30, 0],
	[10, 1, 35, 0, 0, 0, 0, 18, 0],
	[4, 5, 38, 13, 7, 9, 8, 4, 0],
	[5, 0, 0, 15, 13, 16, 15, 16, 0],
	[6, 0, 0, 17, 18, 11, 19, 17, 0],
	[0, 0, 0, 18, 15, 9, 0, 15, 0],
	[0, 0, 0, 19, 13, 0, 9, 18, 0],
	[0, 13, 0, 7, 11, 5, 9, 0, 20],
	[0, 0, 0, 0, 0, 0, 0, 0, 0],
];

function percent(from: ShopPage, to: ShopPage): number {
	return percents[shopPages.indexOf(from)]?.[shopPages.indexOf(to)] ?? 0;
}

/** A possible next page and its probability, percent. */
export interface Chance {
	readonly page: ShopPage;
	readonly percent: number;
}

/** Start pages of visits. The percentages add up to 100. */
export const starts: readonly Chance[] = shopPages.map((page) => ({ page, percent: percent(page, page) }));

const waysFrom = new Map(
	shopPages.map((from) => [
		from,
		shopPages
			.filter((to) => to !== from && percent(from, to) > 0)
			.map((to): Chance => ({ page: to, percent: percent(from, to) })),
	]),
);
const waysWithoutCheckout = new Map(
	[...waysFrom].map(([from, chances]) => [from, chances.filter(({ page }) => page !== '/cart/checkout')]),
);

/**
 * The possible next pages after `from`; the difference from 100 is the probability of leaving.
 *
 * @param mayCheckOut false for an empty cart, which cannot be checked out. @default true
 */
export function ways(from: ShopPage, mayCheckOut = true): readonly Chance[] {
	return (mayCheckOut ? waysFrom : waysWithoutCheckout).get(from) ?? [];
}

const productsOn = new Map<ShopPage, Product>(
	shopPages.flatMap((page) => {
		const product = products.find((each) => page === productPath(each));
		return product ? [[page, product]] : [];
	}),
);

/** The product of a product page; undefined for another page. */
export function productOn(page: ShopPage): Product | undefined {
	return productsOn.get(page);
}
