import { readFileSync } from 'node:fs';
import { encode, limits } from '@footfall/protocol';
import { Draws } from '@footfall/random';
import { mutate } from './mutate.js';

/** The golden batches, including those to refuse. */
const golden = ['valid', 'invalid'].flatMap((name) => {
	const vectors = readFileSync(new URL(`../../packages/protocol/vectors/${name}.json`, import.meta.url), 'utf8');
	return JSON.parse(vectors).map(({ hex }) => Buffer.from(hex, 'hex'));
});

/** Share of frames without a mutation, which must be accepted. */
const untouchedShare = 0.02;

/** Mutations are cheap and new batches are not: this many frames are derived from … */
const framesPerPool = 4_096;
/** … this many fresh batches. */
const batchesPerPool = 256;

/**
 * Frames by their index, the same for the same seed.
 *
 * @param {number} seed
 * @returns {(index: number) => { bytes: Buffer, valid: boolean }} `valid` when the encoder made it and nothing was
 *   changed
 */
export function framesOf(seed) {
	let pool = { number: -1, batches: [] };
	return (index) => {
		const number = Math.floor(index / framesPerPool);
		if (number !== pool.number) pool = { number, batches: freshBatches(seed, number) };
		// The frame follows from the seed and its number alone, so that any frame can be generated again.
		const random = new Draws(seed, index);
		if (random.chance(untouchedShare)) {
			const bytes = random.pick(pool.batches);
			return { bytes, valid: bytes.length <= limits.batchBytesMax };
		}
		const source = () => random.pick(random.chance(0.3) ? golden : pool.batches);
		// A copy: behind a view of another frame's part, a faulty decoder could read the rest of that frame.
		return { bytes: Buffer.from(mutate(source(), random, source())), valid: false };
	};
}

function freshBatches(seed, pool) {
	const random = new Draws(seed, 2 ** 32 - 1 - pool);
	return Array.from({ length: batchesPerPool }, () =>
		Buffer.from(encode(random.chance(0.5) ? batch(random) : detailedBatch(random))),
	);
}

const letters = ['a', 'b', '-', '/', 'é', '中', '😀', ' ', '0', '"', '\u0000', '\u2028'];

function text(random, bytesMax) {
	const wanted = random.chance(0.05) ? bytesMax : Math.min(bytesMax, random.pick([0, 3, 8, 20, 40]));
	const letter = random.pick(letters);
	return letter.repeat(Math.floor(wanted / Buffer.byteLength(letter)));
}

function integer(random, max) {
	return random.pick(
		[0, 1, 127, 128, 65_535, 2 ** 32 - 1, 2 ** 32, Math.floor(random.fraction() * max), max].filter((n) => n <= max),
	);
}

function map(random) {
	const count = random.pick([0, 0, 1, 2, random.chance(0.05) ? limits.mapEntriesMax : 3]);
	const entries = Array.from({ length: count }, (_, i) => [`${i}${text(random, 20)}`, text(random, 60)]);
	return Object.fromEntries(entries);
}

/** A tuple after a random number of its optional elements. */
function cut(random, required, tuple) {
	return tuple.slice(0, required + random.integer(0, tuple.length - required));
}

function context(random) {
	const pixels = () => integer(random, limits.pixelsMax);
	return cut(random, 1, [
		text(random, limits.urlBytesMax),
		text(random, limits.titleBytesMax),
		text(random, limits.urlBytesMax),
		text(random, limits.userIdBytesMax),
		map(random),
		pixels(),
		pixels(),
		pixels(),
		pixels(),
		text(random, limits.languageBytesMax),
		text(random, limits.timezoneBytesMax),
	]);
}

function event(random, contexts) {
	return cut(random, 3, [
		integer(random, limits.ageMsMax),
		random.integer(0, contexts - 1),
		text(random, limits.nameBytesMax) || 'view',
		text(random, limits.objBytesMax),
		text(random, limits.objIdBytesMax),
		integer(random, limits.integerMax),
		random.chance(0.5) ? integer(random, limits.amountMax) : random.fraction() * 1_000,
		text(random, limits.currencyBytesMax),
		map(random),
		random.bytes(16),
	]);
}

const eventNames = ['order', 'purchase', 'refund', 'view_item', 'add_to_cart', 'Order Completed', 'Product Added'];
const fieldNames = [
	...['orderId', 'order_id', 'transaction_id', 'checkout_id', 'productId', 'sku', 'amount', 'value', 'total'],
	...['currency', 'tax', 'discount', 'coupon', 'refund_id', 'objId', 'constructor', 'affiliation'],
];
const itemNames = ['productId', 'item_id', 'sku', 'name', 'item_name', 'item_variant', 'price', 'quantity', 'index'];

function value(random) {
	const kind = random.integer(0, 5);
	if (kind < 2) return text(random, 200);
	if (kind < 4) return random.pick(['', '19.95', '-1', 'ünknown', 'x'.repeat(130), 7, 19.95, -1, 1e14, 0.5]);
	return kind === 4 ? integer(random, limits.integerMax) : [text(random, 8), 1, { a: 1 }];
}

const fields = (random, names, max) =>
	Object.fromEntries(Array.from({ length: random.integer(0, max) }, () => [random.pick(names), value(random)]));

/** Details of an event, in any spelling, and also beyond the limits, which is no reason to refuse them. */
function detail(random, event) {
	const given = fields(random, fieldNames, 8);
	const count = random.chance(0.02) ? limits.orderItemsMax + 1 : random.integer(0, 3);
	const items = Array.from({ length: count }, () =>
		random.chance(0.9) ? fields(random, itemNames, 6) : value(random),
	);
	if (random.chance(0.7)) given[random.pick(['items', 'products'])] = items;
	return [event, given];
}

/** A batch of which some events have names of other tools, and details. */
function detailedBatch(random) {
	const plain = batch(random);
	const events = plain[7].map(([age, context, name, ...rest]) => [
		age,
		context,
		random.chance(0.7) ? random.pick(eventNames) : name,
		...rest,
	]);
	const details = events.flatMap((_, index) => (random.chance(0.5) ? [detail(random, index)] : []));
	return [...plain.slice(0, 7), events, details];
}

function batch(random) {
	const contexts = random.chance(0.01) ? limits.batchContextsMax : 1 + random.integer(0, 2);
	const events = random.chance(0.002) ? limits.batchEventsMax : 1 + random.integer(0, random.chance(0.05) ? 100 : 4);
	return [
		1,
		random.chance(0.9) ? 'shop' : text(random, limits.siteBytesMax),
		integer(random, limits.integerMax),
		integer(random, limits.integerMax),
		integer(random, limits.sequenceMax),
		integer(random, limits.integerMax),
		Array.from({ length: contexts }, () => context(random)),
		Array.from({ length: events }, () => event(random, contexts)),
	];
}
