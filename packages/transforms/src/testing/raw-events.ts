import type { Warehouse } from '@footfall/warehouse';
import type { Receipt } from './recount.js';

/** A time as ClickHouse writes it, in UTC. */
const timeOf = (ms: number) => `'${new Date(ms).toISOString().slice(0, -1).replace('T', ' ')}'`;

/**
 * Inserts receipts into the raw table as one block, in the given order. Values are literals, since ClickHouse needs two
 * milliseconds of processor time for a row with an expression.
 */
export async function insertReceipts(warehouse: Warehouse, receipts: readonly Receipt[]): Promise<void> {
	if (receipts.length === 0) return;
	const rows = receipts.map((r) => {
		const url = `https://${r.host}${r.path}${r.urlQuery}`;
		return `('${r.site}', ${r.visitor}, '${r.id}', ${timeOf(r.tsMs)}, ${timeOf(r.receivedMs)}, '${r.name}', '${r.obj}', '${r.objId}', ${(r.cents / 100).toFixed(2)}, '${url}', '${r.userId}', '${r.referrer}', '${r.browser}', '${r.os}', '${r.device}', '${r.country}', ${r.isBot}, '${r.source}', '${r.productId}', ${mapOf({ value: String(r.value), ...r.props })}, ${othersOf(r)})`;
	});
	await warehouse.command(
		`INSERT INTO events (site, visitor_id, event_id, ts, received_at, name, obj, obj_id, amount, url, user_id, referrer, browser, os, device, country, is_bot, source, product_id, props, currency, exp, title, language, timezone, viewport_width, viewport_height, screen_width, screen_height, order_id, refund_id, tax, shipping, discount, coupon, items)
		SETTINGS async_insert = 0 VALUES ${rows.join(', ')}`,
	);
}

/** A map as ClickHouse reads it. The texts have no quotation marks. */
const mapOf = (map: Readonly<Record<string, string>>) =>
	`{${Object.entries(map)
		.map(([key, value]) => `'${key}': '${value}'`)
		.join(', ')}}`;

/** Values of columns that only models of events, experiments, orders or of a site's own read. */
function othersOf({ browser, device, os, ...order }: Receipt): string {
	const isMobile = device === 'mobile';
	const texts = [mapOf({ size: os, ...order.exp }), `Page ${browser}`, isMobile ? 'de' : 'en', `Zone/${os}`];
	const [exp, title, language, timezone] = texts;
	const items = order.items.map(
		({ productId, name, cents, quantity }) => `('${productId}', '${name}', 'c', 'v', ${cents / 100}, ${quantity})`,
	);
	const extras = order.extraCents.map((cents) => cents / 100);
	const columns = `'${order.orderId}', '${order.refundId}', ${extras.join(', ')}, '${order.coupon}', [${items.join(', ')}]`;
	const sizes = isMobile ? '360, 640, 720, 1280' : '1200, 800, 1920, 1080';
	return `'${order.currency}', ${exp}, '${title}', '${language}', '${timezone}', ${sizes}, ${columns}`;
}

/** A UUID that ClickHouse sorts like the number. */
export function idOf(n: number): string {
	return `00000000-0000-8000-8000-${n.toString(16).padStart(12, '0')}`;
}

/** The fields of a receipt that tells of no order. */
export const noOrder = {
	currency: 'EUR',
	orderId: '',
	refundId: '',
	extraCents: [0, 0, 0],
	coupon: '',
	items: [],
} as const;

/** A receipt with the given parts and plain values otherwise. */
export function receipt(parts: Partial<Receipt> & { id: string; tsMs: number }): Receipt {
	return {
		site: 'shop',
		visitor: 1,
		receivedMs: parts.tsMs + 1_000,
		name: 'view',
		obj: 'page',
		objId: 'main',
		cents: 0,
		host: 'shop.test',
		path: '/main',
		urlQuery: '',
		userId: '',
		referrer: '',
		browser: 'Firefox',
		os: 'Linux',
		device: 'desktop',
		country: '',
		isBot: false,
		source: 'page',
		productId: '',
		value: 0,
		props: {},
		exp: {},
		...noOrder,
		...parts,
	};
}
