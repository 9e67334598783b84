import { limits } from '@footfall/protocol';
import { currencies } from '@footfall/protocol/currencies';
import { isOrderName, orderCurrency } from '@footfall/protocol/names';
import { z } from 'zod';
import { natural, text } from './field-types.js';

/** An id that a shop gives, text or a number. Blanks around it are not part of it. */
const id = (bytesMax: number, description: string) =>
	z
		.union([text(bytesMax), natural], `must be text of at most ${bytesMax} bytes, or a whole number`)
		.default('')
		.meta({ description })
		.transform((value) => String(value).trim());

const money = (description: string) =>
	z
		.number()
		.min(0)
		.max(limits.amountMax)
		.default(0)
		.meta({ description: `${description}, in the major unit of the currency.` });

/** A field of an item. One that is null is missing. */
const or = <Schema extends z.ZodType>(schema: Schema, fallback: z.output<Schema>) =>
	schema.nullish().transform((value) => value ?? fallback);

const charactersMax = limits.productIdCharactersMax;
const badProduct = `must be text of at most ${charactersMax} characters, or a whole number`;
/** The id of a product, also in an event that is no order. */
export const productId = z
	.union(
		[
			z
				.string()
				.refine((value) => value.length <= charactersMax || [...value].length <= charactersMax, badProduct)
				.meta({ maxLength: charactersMax }),
			natural,
		],
		badProduct,
	)
	.meta({ description: `Id of the product: text of at most ${charactersMax} characters, or a number.` });

const item = z.object({
	product_id: or(productId, '').transform(String),
	name: or(text(limits.itemTextBytesMax, 'Name of the product.'), ''),
	category: or(text(limits.itemTextBytesMax, 'Category of the product.'), ''),
	variant: or(text(limits.itemTextBytesMax, 'Variant of the product.'), ''),
	price: or(z.number().min(0).max(limits.amountMax).meta({ description: 'Price of one piece.' }), 0),
	quantity: or(natural.max(limits.quantityMax).meta({ description: 'Number of pieces, 1 if it is missing.' }), 1),
});

const tooMany = `must have at most ${limits.orderItemsMax} items`;
const items = z
	.preprocess(
		// Checked before the items: reporting the faults of each of many items would take a second.
		(value, context) => {
			if (Array.isArray(value) && value.length > limits.orderItemsMax)
				context.addIssue({ code: 'custom', input: value, message: tooMany, continue: false });
			return value;
		},
		z.array(item),
	)
	.default([])
	.meta({ maxItems: limits.orderItemsMax, description: `Lines of the order, at most ${limits.orderItemsMax}.` });

/** The fields of orders and refunds in the schema of an event. */
export const orderFields = {
	order_id: id(
		limits.orderIdBytesMax,
		'Id that the shop gave to the order; required where `name` is `order` or `refund`.',
	),
	refund_id: id(limits.refundIdBytesMax, 'Id of one of several refunds of an order.'),
	tax: money('Tax in the amount of an order'),
	shipping: money('Costs of shipping in the amount of an order'),
	discount: money('Discount that was taken off an order'),
	coupon: text(limits.couponBytesMax, 'Code of the coupon of an order.').default(''),
	items,
} as const;

/** The fields of an event that the rules of orders and refunds are about. */
interface OrderEvent {
	name: string;
	amount: number;
	currency: string;
	order_id: string;
}

export const isOrder = ({ name }: Pick<OrderEvent, 'name'>) => isOrderName(name);

/** A rule that an event of any name fulfils or not, with the field that is at fault. */
interface Rule {
	path: [string];
	error: string;
	isFulfilled: (event: OrderEvent) => boolean;
}

/** The rules of orders and refunds. A negative refund is one of the same amount. */
export const orderRules: readonly Rule[] = [
	{
		path: ['order_id'],
		error: 'must be the id that the shop gave to the order, where name is order or refund',
		isFulfilled: (event) => !isOrder(event) || event.order_id !== '',
	},
	{
		path: ['currency'],
		error: 'must be a code of ISO 4217, such as EUR, where name is order',
		isFulfilled: ({ name, currency }) => name !== 'order' || currencies.has(orderCurrency(currency)),
	},
	{
		path: ['currency'],
		error: 'must be a code of ISO 4217, such as EUR, or missing, where name is refund',
		isFulfilled: ({ name, currency }) =>
			name !== 'refund' || currency === '' || currencies.has(orderCurrency(currency)),
	},
	{
		path: ['amount'],
		error: 'must be 0 or more, except where name is refund',
		isFulfilled: ({ name, amount }) => amount >= 0 || name === 'refund',
	},
];

/** Number of bytes that the items of an event take in a batch, at most. */
export function itemsBytes(list: z.output<typeof items>): number {
	// The names of the fields and the heads of all values.
	const framing = 80;
	const bytesOf = (value: string) => Buffer.byteLength(value);
	return list.reduce(
		(sum, each) =>
			sum + framing + bytesOf(each.product_id) + bytesOf(each.name) + bytesOf(each.category) + bytesOf(each.variant),
		0,
	);
}
