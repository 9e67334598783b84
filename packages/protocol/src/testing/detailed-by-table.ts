/** The elements of an event that its details may change. */
interface Core {
	name: string;
	obj: string;
	objId: string;
	productId: number;
	amount: number;
	currency: string;
}

/** Fields under the names that the sender gave them; a map of msgpack may have keys of any type. */
type Fields = ReadonlyMap<unknown, unknown>;

/** Spellings by field, the first ones Footfall's, those after the bar other tools'. */
const spellings = `
obj
objId obj_id
productId product_id | sku
amount | total revenue value price
currency
orderId order_id | transaction_id
checkoutId checkout_id
refundId refund_id
tax
shipping
discount
coupon
items | products`;
const itemSpellings = `
productId product_id item_id sku
name item_name
category item_category
variant item_variant
price
quantity`;
/** Events of other tools: their name, the event that they are, and the fields of which they need one. */
const tools = `
purchase;order;orderId
order;order;orderId checkoutId
refund;refund;orderId
view_item;view product product;items
add_to_cart;click button add_to_cart;items
begin_checkout;click button checkout;items
Order Completed;order;orderId checkoutId
Order Refunded;refund;orderId checkoutId
Product Viewed;view product product;productId items
Product Added;click button add_to_cart;productId items
Checkout Started;click button checkout;orderId checkoutId items`;

const linesOf = (table: string) => table.trim().split('\n');
const isGiven = (value: unknown) => value !== undefined && value !== null && value !== '';

function read(fields: Fields, table: string): Map<string, unknown> {
	const found = new Map<string, unknown>();
	for (const line of linesOf(table)) {
		const names = line.split(' ').filter((name) => name !== '|');
		const value = names.map((name) => fields.get(name)).find(isGiven);
		if (value !== undefined) found.set(names[0] as string, value);
	}
	return found;
}

const ownOnly = linesOf(spellings)
	.map((line) => line.split(' | ')[0])
	.join('\n');

const isItem = (value: unknown): value is Fields => value instanceof Map;

/** Whether a value fulfils a need: items are a list with an item, and anything else is a text or a number. */
const fulfils = (need: string, value: unknown) =>
	need === 'items'
		? Array.isArray(value) && value.some(isItem)
		: ['string', 'number', 'bigint'].includes(typeof value) && value !== '' && !Number.isNaN(value);

const textOf = (value: unknown) => {
	if (typeof value === 'string') return value;
	return Number.isSafeInteger(value) ? String(value) : '';
};
const cut = (value: unknown, bytes: number) => {
	let text = textOf(value);
	while (Buffer.byteLength(text) > bytes) text = [...text].slice(0, -1).join('');
	return text;
};
const productOf = (value: unknown) => [...textOf(value)].slice(0, 64).join('');
const numberOf = (value: unknown) => {
	if (typeof value === 'string') return /^\s*-?\d+(\.\d+)?\s*$/.test(value) ? Number(value) : Number.NaN;
	return typeof value === 'number' ? value : Number.NaN;
};
const moneyOf = (value: unknown) => {
	const number = numberOf(value);
	return number > 0 && number <= 10_000_000_000_000 ? number : 0;
};
const quantityOf = (value: unknown) => {
	const number = numberOf(value);
	return Number.isInteger(number) && number >= 0 && number < 2 ** 32 ? Math.abs(number) : 1;
};

function itemOf(item: Fields) {
	const fields = read(item, itemSpellings);
	return {
		productId: productOf(fields.get('productId')),
		name: cut(fields.get('name'), 128),
		category: cut(fields.get('category'), 128),
		variant: cut(fields.get('variant'), 128),
		price: moneyOf(fields.get('price')),
		quantity: quantityOf(fields.get('quantity')),
	};
}

/** Returns the event of Footfall that an event means, its fields, and whether it is another one. */
function meaning(name: string, given: Fields): [string[], Map<string, unknown>, boolean] {
	const [, what, needs] =
		linesOf(tools)
			.map((line) => line.split(';'))
			.find(([tool]) => tool === name) ?? [];
	const all = read(given, spellings);
	const isMeant = needs?.split(' ').some((need) => fulfils(need, all.get(need))) ?? false;
	return isMeant ? [(what as string).split(' '), all, true] : [[name], read(given, ownOnly), false];
}

/**
 * Reads an event with its details by the tables of PROTOCOL.md, written independently of the decoder: tests and the
 * fuzzer hold the decoder against it.
 */
export function detailedByTable(core: Core, details: Fields) {
	const isLeft = (field: string) => field !== 'name' && !isGiven(details.get(field));
	const elements = Object.entries(core).filter(([field, value]) => isLeft(field) && value);
	const [[name = '', obj, objId], fields, isMeant] = meaning(core.name, new Map([...details, ...elements]));
	const list = fields.get('items');
	const items = Array.isArray(list) ? list : [];
	const first = isItem(items[0]) ? read(items[0], itemSpellings) : new Map<string, unknown>();
	const isOrder = name === 'order' || name === 'refund';
	if (obj !== undefined) {
		if (!fields.has('productId')) fields.set('productId', first.get('productId'));
		if (!fields.has('amount') && objId !== 'checkout') fields.set('amount', first.get('price'));
	}
	if (isOrder && isMeant && !fields.has('orderId')) fields.set('orderId', fields.get('checkoutId'));
	const productId = productOf(fields.get('productId'));
	const currency = cut(fields.get('currency'), 8);
	const given = Math.abs(numberOf(fields.get('amount')));
	const isUnclear = name === 'refund' && fields.has('amount') && !(given <= 10_000_000_000_000);
	const givenBack = given > 0 && given < 0.0001 ? 0.0001 : moneyOf(given);
	const idOf = (field: string) => (isUnclear ? '' : cut(fields.get(field), 128).trim());
	return {
		name,
		obj: obj ?? cut(fields.get('obj'), 64),
		objId: objId ?? cut(fields.get('objId'), 1_024),
		productId:
			/^[1-9]\d*$/.test(productId) && Number.isSafeInteger(Number(productId)) && productId.length <= 16
				? Number(productId)
				: 0,
		amount: name === 'refund' ? givenBack : moneyOf(fields.get('amount')),
		currency: isOrder ? currency.trim().replace(/[a-z]/g, (letter) => letter.toUpperCase()) : currency,
		details: {
			productId,
			orderId: idOf('orderId'),
			tax: moneyOf(fields.get('tax')),
			shipping: moneyOf(fields.get('shipping')),
			discount: moneyOf(fields.get('discount')),
			coupon: cut(fields.get('coupon'), 128),
			refundId: idOf('refundId'),
			items: items.slice(0, 100).filter(isItem).map(itemOf),
		},
	};
}
