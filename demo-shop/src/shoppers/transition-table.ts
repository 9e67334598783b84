import { type Product, productPath, products } from '../products.js';

/** The pages of the shop, by their addresses. */
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
 * Where a shopper goes next, in percent: row = the page they are on, column = the page they go to, both in the order of
 * {@link shopPages}. The diagonal says how often a visit *starts* on that page (it adds up to 100); what a row lacks to
 * 100 without its diagonal is the chance to leave the shop.
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

/** One thing that may happen, and how often in percent. */
export interface Chance {
	readonly page: ShopPage;
	readonly percent: number;
}

/** Where visits start. The percents add up to 100. */
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
 * Where a shopper on `from` may go; the rest to 100 is leaving.
 *
 * @param mayCheckOut false with an empty cart, which cannot be checked out. Default true
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

/** The product a page is about, if it is about one. */
export function productOn(page: ShopPage): Product | undefined {
	return productsOn.get(page);
}
