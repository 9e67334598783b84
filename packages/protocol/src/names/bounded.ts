import { limits } from '../limits.js';
import { isOrderName } from './event-names.js';
import type { NamedFields, NamedItem } from './named-event.js';

/** A line of an order with every default filled in. */
export interface OrderItem {
	productId: string;
	name: string;
	category: string;
	variant: string;
	price: number;
	quantity: number;
}

/** A product id that is text, and the fields of an order or a refund, with every default filled in. */
export interface EventDetails {
	/** Takes the place of the event's `productId` if it is not empty. */
	productId: string;
	orderId: string;
	tax: number;
	shipping: number;
	discount: number;
	coupon: string;
	refundId: string;
	items: OrderItem[];
}

/** The common fields of an event that its details may have. */
export interface CommonFields {
	obj: string;
	objId: string;
	amount: number;
	currency: string;
}

/**
 * Brings the fields of one event within the limits of the wire. A text that is too long is cut between characters,
 * items beyond the allowed number are left out, and a value of a wrong type or out of range becomes the default. So an
 * event of a page is never refused for one of these fields, since its whole batch would be lost. `faults` counts them.
 */
export class Bounds {
	faults = 0;

	details(fields: NamedFields): EventDetails {
		return {
			productId: this.#productId(fields.productId),
			orderId: this.#text(fields.orderId, limits.orderIdBytesMax).trim(),
			tax: this.#amount(fields.tax),
			shipping: this.#amount(fields.shipping),
			discount: this.#amount(fields.discount),
			coupon: this.#text(fields.coupon, limits.couponBytesMax),
			refundId: this.#text(fields.refundId, limits.refundIdBytesMax).trim(),
			items: this.#items(fields.items),
		};
	}

	/** @param name of the event; an amount of a refund may be negative, which means the same */
	common(fields: NamedFields, name: string): CommonFields {
		const isRefund = name === 'refund';
		const currency = this.#text(fields.currency, limits.currencyBytesMax);
		return {
			obj: this.#text(fields.obj, limits.objBytesMax),
			objId: this.#text(fields.objId, limits.objIdBytesMax),
			amount: isRefund ? this.#refundAmount(fields.amount) : this.#amount(fields.amount),
			currency: isOrderName(name) ? orderCurrency(currency) : currency,
		};
	}

	#items(value: unknown): OrderItem[] {
		if (value === undefined) return [];
		if (!Array.isArray(value)) return this.#fault([]);
		if (value.length > limits.orderItemsMax) this.faults++;
		return value.slice(0, limits.orderItemsMax).flatMap((item) => this.#item(item));
	}

	#item(value: unknown): OrderItem[] {
		if (typeof value !== 'object' || value === null) return this.#fault([]);
		const item = value as NamedItem;
		const bytesMax = limits.itemTextBytesMax;
		return [
			{
				productId: this.#productId(item.productId),
				name: this.#text(item.name, bytesMax),
				category: this.#text(item.category, bytesMax),
				variant: this.#text(item.variant, bytesMax),
				price: this.#amount(item.price),
				quantity: this.#quantity(item.quantity),
			},
		];
	}

	/** A text, or a whole number as text. */
	#text(value: unknown, bytesMax: number): string {
		if (value === undefined) return '';
		const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
		if (typeof text !== 'string') return this.#fault('');
		const cut = cutText(text, bytesMax);
		return cut === text ? text : this.#fault(cut);
	}

	#productId(value: unknown): string {
		const charactersMax = limits.productIdCharactersMax;
		const text = this.#text(value, limits.batchBytesMax);
		if (text.length <= charactersMax) return text;
		const characters = [...text];
		return characters.length <= charactersMax ? text : this.#fault(characters.slice(0, charactersMax).join(''));
	}

	#amount(value: unknown): number {
		if (value === undefined) return 0;
		const amount = numberOf(value);
		return isAmount(amount) ? amount + 0 : this.#fault(0);
	}

	/** The sign has no meaning. 0 is all of the order, which a smaller amount than can be stored must not become. */
	#refundAmount(value: unknown): number {
		if (value === undefined) return 0;
		const amount = Math.abs(numberOf(value));
		if (!isAmount(amount)) return this.#fault(0);
		return amount > 0 ? Math.max(amount, smallestAmount) : 0;
	}

	#quantity(value: unknown): number {
		if (value === undefined) return 1;
		const quantity = numberOf(value);
		const isQuantity = Number.isInteger(quantity) && quantity >= 0 && quantity <= limits.quantityMax;
		return isQuantity ? quantity + 0 : this.#fault(1);
	}

	#fault<Value>(value: Value): Value {
		this.faults++;
		return value;
	}
}

/** The smallest amount that can be stored. */
const smallestAmount = 0.0001;

const isAmount = (number: number) => number >= 0 && number <= limits.amountMax;

/** Whether the value that a sender gave for the amount of a refund says how much it gives back. */
export const saysRefundAmount = (value: unknown): boolean => value === undefined || isAmount(Math.abs(numberOf(value)));

/** The currency of an order or a refund, without blanks around it and in capital letters. */
export const orderCurrency = (text: string): string =>
	text.trim().replace(/[a-z]+/g, (letters) => letters.toUpperCase());

/** Reads a number, also as text, as many shops send it; NaN for every other value. */
function numberOf(value: unknown): number {
	if (typeof value === 'number') return value;
	return typeof value === 'string' && /^\s*-?\d+(\.\d+)?\s*$/.test(value) ? Number(value) : Number.NaN;
}

/** Cuts a text to a number of UTF-8 bytes, between two characters. */
function cutText(text: string, bytesMax: number): string {
	if (text.length * 3 <= bytesMax) return text;
	const bytes = Buffer.from(text);
	if (bytes.length <= bytesMax) return text;
	let end = bytesMax;
	while (((bytes[end] as number) & 0xc0) === 0x80) end--;
	return bytes.toString('utf8', 0, end);
}
