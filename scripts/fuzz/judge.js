import { limits, outcomes } from '@footfall/protocol';
import { difference, readByOracle } from './oracle.js';

/** Reasons that the decoder itself may give. */
const reasons = Object.keys(outcomes).filter((outcome) =>
	['malformed', 'unsupported-version', 'limit-exceeded', 'too-large'].includes(outcome),
);

/** Longest time of a frame, ms: far above that of a normal one, far below that of a quadratic one. */
const allowedMs = (bytes) => 5 + bytes.length / 2_000;

/** A slow result counts only when it is slow every time, since a busy machine is not the decoder's fault. */
const slowTriesMax = 5;

/**
 * Checks the decoding of one frame against the promises for every frame.
 *
 * @param {(bytes: Uint8Array) => object} decode
 * @returns {{ decoded?: object, wrong?: string, expected?: object }} `wrong` says what was not as promised, `expected`
 *   what the bytes mean where that is known
 */
export function judge(decode, { bytes, valid }) {
	let decoded;
	const start = performance.now();
	try {
		decoded = decode(bytes);
	} catch (error) {
		return { wrong: `decoding throws ${error.name}` };
	}
	if (performance.now() - start > allowedMs(bytes) && isSlow(decode, bytes))
		return { decoded, wrong: 'decoding is slow' };
	if (decoded.ok === true) return { decoded, ...judgeAccepted(decoded.batch, bytes) };
	if (valid) return { decoded, wrong: 'what the encoder made is refused', expected: readByOracle(bytes) };
	return { decoded, wrong: faultOfRefusal(decoded) };
}

function isSlow(decode, bytes) {
	for (let i = 0; i < slowTriesMax; i++) {
		const start = performance.now();
		decode(bytes);
		if (performance.now() - start <= allowedMs(bytes)) return false;
	}
	return true;
}

function judgeAccepted(batch, bytes) {
	let expected;
	try {
		expected = readByOracle(bytes);
	} catch (error) {
		return { wrong: `accepted, and msgpackr cannot read it: ${error.message}` };
	}
	const where = difference(batch, expected);
	if (where !== undefined) return { wrong: `read otherwise than by msgpackr: ${where.replace(/\d+/g, 'n')}`, expected };
	const fault = faultOfBatch(batch, bytes);
	return { wrong: fault && `accepted beyond a bound: ${fault}`, expected };
}

function faultOfRefusal(refused) {
	if (refused.ok !== false) return 'the answer is neither a batch nor a refusal';
	if (!reasons.includes(refused.reason)) return `the reason ${refused.reason} is not one of a decoder`;
	if (typeof refused.detail !== 'string' || refused.detail === '') return 'the refusal says nothing';
	const { head } = refused;
	if (head !== undefined && !isInteger(head.stream, limits.integerMax)) return 'the head of a refusal has no stream';
	return undefined;
}

const isInteger = (value, max) => Number.isInteger(value) && value >= 0 && value <= max;
const isText = (value, max) => typeof value === 'string' && Buffer.byteLength(value) <= max && value.isWellFormed();
const isMap = (map) =>
	Object.keys(map).length <= limits.mapEntriesMax &&
	Object.entries(map).every(
		([key, value]) => isText(key, limits.mapKeyBytesMax) && isText(value, limits.mapValueBytesMax),
	);

/**
 * The first limit that an accepted batch exceeds. The limits are the protocol's; this check shares no code with the
 * decoder.
 */
function faultOfBatch(batch, bytes) {
	if (bytes.length > limits.batchBytesMax) return 'batchBytesMax';
	for (const name of ['visitor', 'stream', 'sentAtMs']) if (!isInteger(batch[name], limits.integerMax)) return name;
	if (!isInteger(batch.sequence, limits.sequenceMax)) return 'sequence';
	if (!isText(batch.site, limits.siteBytesMax)) return 'site';
	const { contexts, events } = batch;
	if (contexts.length < 1 || contexts.length > limits.batchContextsMax) return 'contexts';
	if (events.length < 1 || events.length > limits.batchEventsMax) return 'events';
	return (
		contexts.map(faultOfContext).find(Boolean) ?? events.map((event) => faultOfEvent(event, contexts)).find(Boolean)
	);
}

const contextTexts = [
	['url', limits.urlBytesMax],
	['title', limits.titleBytesMax],
	['referrer', limits.urlBytesMax],
	['userId', limits.userIdBytesMax],
	['language', limits.languageBytesMax],
	['timezone', limits.timezoneBytesMax],
];

function faultOfContext(context) {
	for (const [name, max] of contextTexts) if (!isText(context[name], max)) return name;
	for (const name of ['viewportWidth', 'viewportHeight', 'screenWidth', 'screenHeight']) {
		if (!isInteger(context[name], limits.pixelsMax)) return name;
	}
	return isMap(context.exp) ? undefined : 'exp';
}

const eventTexts = [
	['name', limits.nameBytesMax],
	['obj', limits.objBytesMax],
	['objId', limits.objIdBytesMax],
	['currency', limits.currencyBytesMax],
];

const isAmount = (value) => value >= 0 && value <= limits.amountMax;
const isProductId = (value) =>
	[...value].length <= limits.productIdCharactersMax && isText(value, 4 * limits.productIdCharactersMax);

const detailTexts = [
	['orderId', limits.orderIdBytesMax],
	['coupon', limits.couponBytesMax],
	['refundId', limits.refundIdBytesMax],
];

function faultOfDetails(details) {
	for (const [name, max] of detailTexts) if (!isText(details[name], max)) return name;
	for (const name of ['tax', 'shipping', 'discount']) if (!isAmount(details[name])) return name;
	if (!isProductId(details.productId)) return 'productId of details';
	if (details.items.length > limits.orderItemsMax) return 'items';
	return details.items.map(faultOfItem).find(Boolean);
}

function faultOfItem(item) {
	for (const name of ['name', 'category', 'variant'])
		if (!isText(item[name], limits.itemTextBytesMax)) return `${name} of an item`;
	if (!isProductId(item.productId)) return 'productId of an item';
	if (!isAmount(item.price)) return 'price of an item';
	return isInteger(item.quantity, limits.quantityMax) ? undefined : 'quantity of an item';
}

function faultOfEvent(event, contexts) {
	for (const [name, max] of eventTexts) if (!isText(event[name], max)) return name;
	if (event.name === '') return 'name';
	if (!isInteger(event.ageMs, limits.ageMsMax)) return 'ageMs';
	if (!isInteger(event.context, contexts.length - 1)) return 'context';
	if (!isInteger(event.productId, limits.integerMax)) return 'productId';
	if (!isAmount(event.amount)) return 'amount';
	if (!isMap(event.props)) return 'props';
	return event.details === undefined ? undefined : faultOfDetails(event.details);
}
