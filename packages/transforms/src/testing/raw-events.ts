import type { Warehouse } from '@footfall/warehouse';
import type { Receipt } from './recount.js';

/** Inserts receipts into the raw table as one block, in the given order. */
export async function insertReceipts(warehouse: Warehouse, receipts: readonly Receipt[]): Promise<void> {
	if (receipts.length === 0) return;
	const rows = receipts.map((r) => {
		const url = `https://${r.host}${r.path}${r.urlQuery}`;
		const at = (ms: number) => `fromUnixTimestamp64Milli(toInt64(${ms}), 'UTC')`;
		return `('${r.site}', ${r.visitor}, '${r.id}', ${at(r.tsMs)}, ${at(r.receivedMs)}, '${r.name}', '${r.obj}', '${r.objId}', ${(r.cents / 100).toFixed(2)}, '${url}', '${r.userId}', '${r.referrer}', '${r.browser}', '${r.os}', '${r.device}', '${r.country}', ${r.isBot}, '${r.source}', '${r.productId}', map('value', '${r.value}'), ${othersOf(r)})`;
	});
	await warehouse.command(
		`INSERT INTO events (site, visitor_id, event_id, ts, received_at, name, obj, obj_id, amount, url, user_id, referrer, browser, os, device, country, is_bot, source, product_id, props, currency, exp, title, language, timezone, viewport_width, viewport_height, screen_width, screen_height, order_id, refund_id, tax, shipping, discount, coupon, items)
		SETTINGS async_insert = 0 VALUES ${rows.join(', ')}`,
	);
}

/** Values of columns that only models of a site's own read. */
function othersOf({ browser, device, os }: Receipt): string {
	const isMobile = device === 'mobile';
	const texts = [
		isMobile ? 'EUR' : 'USD',
		`map('size', '${os}')`,
		`Page ${browser}`,
		isMobile ? 'de' : 'en',
		`Zone/${os}`,
	];
	const [currency, exp, title, language, timezone] = texts;
	const order = isMobile
		? `'1001', 'r-1', 1, 2, 3, 'SPRING', [('SKU', 'n', 'c', 'v', 9.5, 2)]`
		: `'', '', 0, 0, 0, '', []`;
	const sizes = isMobile ? '360, 640, 720, 1280' : '1200, 800, 1920, 1080';
	return `'${currency}', ${exp}, '${title}', '${language}', '${timezone}', ${sizes}, ${order}`;
}

/** A UUID that ClickHouse sorts like the number. */
export function idOf(n: number): string {
	return `00000000-0000-8000-8000-${n.toString(16).padStart(12, '0')}`;
}

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
		...parts,
	};
}
