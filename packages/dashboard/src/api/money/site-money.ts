/** The revenue of a site: all orders, those of which a server told, or clicks on `checkout`. */
type RevenueKind = 'orders' | 'confirmed' | 'checkouts';

/** Settings of a site on its money. */
export interface MoneySettings {
	/** ISO 4217 code of the reporting currency. @default the one in which the site has most orders */
	currency?: string | undefined;
	/** @default orders as soon as the site has any, and checkouts until then; never both */
	revenue?: RevenueKind | undefined;
}

/** How the money of a site is counted. */
export interface SiteMoney {
	kind: RevenueKind;
	/** The reporting currency; empty if the site has no orders. */
	currency: string;
	/** Whether orders in other currencies are converted. */
	isConverted: boolean;
}

/** The money of a site of which nothing is known. */
export const noMoney: SiteMoney = { kind: 'checkouts', currency: '', isConverted: false };

/** Pages may send orders without a currency, or with a text that is none. */
const isCode = /^[A-Z]{3}$/;

/** Decides how the money of a site is counted. Pure. */
export function siteMoneyOf(
	{ currency, revenue }: MoneySettings,
	found: readonly { currency: string; orders: number }[],
): SiteMoney {
	const hasOrders = found.some(({ orders }) => orders > 0);
	const isReported = (one: (typeof found)[number]) => one.orders > 0 && isCode.test(one.currency);
	const reporting = currency ?? found.find(isReported)?.currency ?? '';
	return {
		kind: revenue ?? (hasOrders ? 'orders' : 'checkouts'),
		currency: reporting,
		isConverted: found.some((one) => one.currency !== reporting),
	};
}
