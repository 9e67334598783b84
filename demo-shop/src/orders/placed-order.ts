import { products } from '../products.js';

/** An order as the shop's server takes it. */
export interface PlacedOrder {
	readonly orderId: string;
	/** Visitor of the browser, as the tracker gives it; undefined where the tracker is blocked. */
	readonly visitorId: number | undefined;
	/** Sum of the items. */
	readonly amount: number;
	/** ISO 4217 code. */
	readonly currency: string;
	readonly items: readonly {
		readonly productId: string;
		readonly name: string;
		/** Price of one piece. */
		readonly price: number;
		readonly quantity: number;
	}[];
}

/** Maximum quantity of a product in a cart. */
export const quantityMax = 99;

/** Form of the ids that `pages/cart-store.js` makes. */
const orderIdForm = /^SP-[A-Z0-9]{10,16}$/;

/**
 * Reads the form that the cart page posts. The prices are those of the shop, whatever the page has shown. Pure.
 *
 * @returns undefined if the form is not that of an order
 */
export function placedOrder(form: string): PlacedOrder | undefined {
	const fields = new URLSearchParams(form);
	const orderId = fields.get('order') ?? '';
	const quantities = quantitiesIn(fields.get('cart') ?? '');
	const items = products.flatMap(({ id, name, price }) => {
		const quantity = quantities[id];
		return isQuantity(quantity) ? [{ productId: `${id}`, name, price, quantity }] : [];
	});
	if (!orderIdForm.test(orderId) || items.length === 0) return undefined;
	const cents = items.reduce((sum, { price, quantity }) => sum + Math.round(price * 100) * quantity, 0);
	return { orderId, visitorId: visitorIn(fields.get('visitor')), amount: cents / 100, currency: 'EUR', items };
}

function quantitiesIn(cart: string): Readonly<Record<string, unknown>> {
	try {
		return Object(JSON.parse(cart));
	} catch {
		return {};
	}
}

const isQuantity = (value: unknown): value is number =>
	Number.isInteger(value) && (value as number) >= 1 && (value as number) <= quantityMax;

function visitorIn(text: string | null): number | undefined {
	const visitor = Number(text || Number.NaN);
	return Number.isSafeInteger(visitor) && visitor > 0 ? visitor : undefined;
}
