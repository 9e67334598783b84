import { type DetailedWireBatch, encode, eventId } from '@footfall/protocol';
import type { Draws } from '@footfall/random';
import type { SentBatch } from '../page-traffic.js';

/** Money in ten-thousandths, as the marts keep it. */
interface Money {
	readonly orderId: string;
	readonly currency: string;
	/** Total that was charged. */
	readonly amount: number;
	/** Sum of what was given back, never more than the amount. */
	readonly refunded: number;
}

/** An event as the JSON endpoint and an import of NDJSON take it. */
export interface JsonReport {
	readonly visitor_id: number;
	/** A UUID. */
	readonly event_id: string;
	readonly [field: string]: string | number | undefined;
}

/** One telling of an order or a refund. */
export type Report =
	| { readonly door: 'page'; readonly batch: SentBatch }
	| { readonly door: 'server' | 'import'; readonly event: JsonReport };

/** An order, and everything that is told of it and of its refunds, in the order in which it is told. */
export interface DrawnOrder extends Money {
	readonly reports: readonly Report[];
}

/** A refund of an order; without an amount it is all that is left. */
interface Refund {
	readonly refundId: string;
	readonly amount: number | undefined;
}

const currencies = ['EUR', 'GBP', 'USD', 'JPY'];
const unit = 10_000;
const amountMax = 1_000 * unit;
const dayMs = 86_400_000;
/** Age of the oldest orders, ms. */
const ageMsMax = 40 * dayMs;

/** Draws an order, its refunds, and the reports of both, shuffled: a refund may be told before its order. */
export function drawOrder(random: Draws): DrawnOrder {
	const visitor = random.integer(1, 0xffff_ffff) * 0x10_0000 + random.integer(0, 0xf_ffff);
	const orderId = `order-${uuid(random)}`;
	const currency = random.pick(currencies);
	const amount = currency === 'JPY' ? random.integer(1, 1_000) * unit : random.integer(1, amountMax);
	const refunds = drawRefunds(random, amount);
	const ageMs = random.integer(0, ageMsMax);
	const order = { name: 'order', ageMs, fields: { orderId, amount: amount / unit, currency } };
	const told = [order, ...refunds.map((refund) => refundEvent(random, orderId, refund, ageMs))];
	const reports = told.flatMap((event) => drawReports(random, visitor, event));
	const given = refunds.reduce((sum, refund) => sum + (refund.amount ?? amount), 0);
	return { orderId, currency, amount, refunded: Math.min(amount, given), reports: shuffled(random, reports) };
}

function drawRefunds(random: Draws, amount: number): Refund[] {
	const count = random.weighted({ 0: 5, 1: 4, 2: 2, 3: 1 });
	return Array.from({ length: Number(count) }, (_, i) => {
		const isWhole = random.chance(0.3);
		return { refundId: isWhole ? '' : `refund-${i}`, amount: isWhole ? undefined : random.integer(1, amount) };
	});
}

/** An order or a refund before it is told through a door. */
interface Told {
	readonly name: string;
	readonly ageMs: number;
	readonly fields: Readonly<Record<'orderId', string> & Record<string, string | number>>;
}

function refundEvent(random: Draws, orderId: string, { refundId, amount }: Refund, orderAgeMs: number): Told {
	const fields = {
		orderId,
		...(refundId !== '' && { refundId }),
		...(amount !== undefined && { amount: amount / unit }),
	};
	return { name: 'refund', ageMs: random.integer(0, orderAgeMs), fields };
}

/** Reports through some of the doors, at least one. Those of a server may be repeats of a webhook. */
function drawReports(random: Draws, visitor: number, event: Told): Report[] {
	const reports: Report[] = [];
	if (random.chance(0.7)) reports.push(pageReport(random, visitor, event));
	if (random.chance(0.4)) reports.push({ door: 'import', event: jsonReport(uuid(random), visitor, event) });
	if (reports.length > 0 && random.chance(0.3)) return reports;
	// Some senders give a repeat the id of the first message, and some a new one.
	const messageId = uuid(random);
	const hasOneId = random.chance(0.5);
	for (let i = random.integer(0, 5); i >= 0; i--)
		reports.push({ door: 'server', event: jsonReport(hasOneId ? messageId : uuid(random), visitor, event) });
	return reports;
}

function pageReport(random: Draws, visitor: number, { name, ageMs, fields }: Told): Report {
	const stream = random.integer(1, 0xffff_ffff) * 0x10_0000 + random.integer(0, 0xf_ffff);
	const { amount = 0, currency = '', ...others } = fields;
	const batch: DetailedWireBatch = [
		...([1, 'shop', visitor, stream, 0, Date.now()] as const),
		[['https://shop.example/cart/checkout', '', '', '']],
		[[ageMs, 0, name, '', '', 0, Number(amount), String(currency)]],
		[[0, others]],
	];
	return { door: 'page', batch: { visitor, stream, sequence: 0, events: 1, frame: encode(batch) } };
}

function jsonReport(id: string, visitor: number, { name, ageMs, fields }: Told): JsonReport {
	const { orderId, refundId, ...others } = fields;
	return {
		...{
			site: 'shop',
			name,
			obj: 'order',
			url: 'https://shop.example/',
			dt: new Date(Date.now() - ageMs).toISOString(),
		},
		...{ event_id: id, visitor_id: visitor, user_id: `user-${visitor % 1_000}`, order_id: orderId },
		...(refundId !== undefined && { refund_id: refundId }),
		...others,
	};
}

/** The id under which an event of a report is stored. */
export function storedId(report: Report): { visitor: number; id: string } {
	if (report.door !== 'page') return { visitor: report.event.visitor_id, id: report.event.event_id };
	const { visitor, stream, sequence } = report.batch;
	return { visitor, id: eventId(visitor, stream, sequence, 0) };
}

function shuffled<T>(random: Draws, items: readonly T[]): T[] {
	return items
		.map((item) => ({ item, rank: random.fraction() }))
		.toSorted((a, b) => a.rank - b.rank)
		.map(({ item }) => item);
}

/** Draws a UUID of version 4. */
function uuid(random: Draws): string {
	const hex = random.bytes(16).toString('hex');
	return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}
