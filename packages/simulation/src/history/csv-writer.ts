import {
	type CrowdBatch,
	type CrowdEvent,
	type CrowdOrder,
	type CrowdPage,
	currencyOf,
	type DeviceProfile,
	dayMs,
	type Place,
} from '@footfall/demo-shop/crowd';
import { eventIdWords } from '@footfall/protocol';
import { eventColumns, orderColumns } from '@footfall/warehouse/columns';
import type { ByteText } from './byte-text.js';

/**
 * Columns of the file: those of `events` except `source` and `segment`, which an import sets itself.
 *
 * @param hasOrders whether the file has the columns of orders
 */
export function csvColumns(hasOrders: boolean): string[] {
	const left: readonly string[] = ['source', 'segment', ...(hasOrders ? [] : orderColumns)];
	return eventColumns.map(({ name }) => name).filter((name) => !left.includes(name));
}

/** The first line of the file, as in ClickHouse's format CSVWithNames. */
export const csvHeader = (hasOrders: boolean): string => `${csvColumns(hasOrders).join(',')}\n`;

/** Upper bound on the size of a row, bytes. */
const rowBytesMax = 8_192;
const comma = 0x2c;
const zero = 0x30;

/** Writes rows of `events` as CSV into a text, which it empties first. */
export class CsvWriter {
	rows = 0;
	readonly #site: string;
	readonly #text: ByteText;
	readonly #hasOrders: boolean;
	readonly #id = new Uint32Array(4);
	#page: CrowdPage | undefined;
	/** Positions of the first and the last fields of the latest row, which all rows of a page share. */
	#headStart = 0;
	#headEnd = 0;
	#tailStart = 0;
	#tailEnd = 0;

	constructor(site: string, text: ByteText, hasOrders: boolean) {
		this.#hasOrders = hasOrders;
		this.#site = site;
		this.#text = text;
		text.clear();
	}

	add({ page, sequence, events }: CrowdBatch, receivedAtMs: number): void {
		for (let index = 0; index < events.length; index++) {
			this.#text.reserve(rowBytesMax);
			const isFirst = page !== this.#page;
			if (isFirst) this.#firstHead(page);
			else this.#text.again(this.#headStart, this.#headEnd);
			this.#middle(page, sequence, index, receivedAtMs, events[index] as CrowdEvent);
			if (isFirst) this.#firstTail(page);
			else this.#text.again(this.#tailStart, this.#tailEnd);
			this.#page = page;
		}
		this.rows += events.length;
	}

	/** The bytes written so far. Valid until the next row. */
	get written(): Uint8Array<ArrayBuffer> {
		return this.#text.written;
	}

	/** Writes site, visitor and event id without its last five digits, which depend on sequence and index. */
	#firstHead({ visitor, stream }: CrowdPage): void {
		const text = this.#text;
		const id = this.#id;
		this.#headStart = text.end;
		text.bytes(field(this.#site));
		text.byte(comma);
		text.ascii(String(visitor.id));
		text.byte(comma);
		eventIdWords(id, visitor.id, stream, 0, 0);
		text.hex(id[0] as number);
		text.ascii('-');
		text.shortHex((id[1] as number) >>> 16);
		text.ascii('-');
		text.shortHex(id[1] as number);
		text.ascii('-');
		text.shortHex((id[2] as number) >>> 16);
		text.ascii('-');
		text.shortHex(id[2] as number);
		text.ascii('000');
		this.#headEnd = text.end;
	}

	#middle({ userId }: CrowdPage, sequence: number, index: number, receivedAtMs: number, event: CrowdEvent): void {
		const text = this.#text;
		// A page has less than ten batches, and a batch less than ten events.
		text.byte(zero + sequence);
		text.ascii('000');
		text.byte(zero + index);
		text.byte(comma);
		text.ascii(userId);
		text.byte(comma);
		moment(text, event.atMs);
		text.ascii(',false,');
		moment(text, receivedAtMs);
		text.byte(comma);
		text.ascii(event.name);
		text.byte(comma);
		text.ascii(event.obj);
		text.byte(comma);
		text.ascii(event.objId);
		text.byte(comma);
		text.byte(zero + event.productId);
		text.byte(comma);
		text.ascii(String(event.amount));
		text.byte(comma);
		text.ascii(currencyOf(event));
		if (this.#hasOrders) text.bytes(event.order ? orderFields(event.order) : noOrderFields);
	}

	#firstTail({ person, visitor, url, title, referrer }: CrowdPage): void {
		const text = this.#text;
		this.#tailStart = text.end;
		text.ascii(`,"{'cart_style':'`);
		text.ascii(person.cartStyle);
		text.ascii(`'}",{},`);
		text.bytes(field(url));
		text.byte(comma);
		text.bytes(field(title));
		text.byte(comma);
		text.bytes(field(referrer));
		text.bytes(clientFields(visitor.profile, person.place));
		this.#tailEnd = text.end;
	}
}

const encoder = new TextEncoder();

/** The fields of an event that is neither an order nor a refund. */
const noOrderFields = encoder.encode(',,,0,0,0,,[]');

/** The fields of an order, in the order of the columns. Items are written as ClickHouse does. */
function orderFields({ orderId, refundId, tax, shipping, discount, coupon, items }: CrowdOrder): Uint8Array {
	const lines = items.map(
		({ productId, name, price, quantity }) => `('${productId}','${name}','','',${price},${quantity})`,
	);
	return encoder.encode(`,${orderId},${refundId},${tax},${shipping},${discount},${coupon},"[${lines.join(',')}]"`);
}

const fields = new Map<string, Uint8Array>();

/** A text as a field, quoted if necessary. The result is cached, so this is for texts with few distinct values. */
function field(text: string): Uint8Array {
	let known = fields.get(text);
	if (known === undefined) {
		known = encoder.encode(/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
		fields.set(text, known);
	}
	return known;
}

const clients = new Map<DeviceProfile, Map<Place, Uint8Array>>();

/** The last fields of a row: device and place. The result is cached, since there are few combinations. */
function clientFields(profile: DeviceProfile, place: Place): Uint8Array {
	let fieldsByPlace = clients.get(profile);
	if (fieldsByPlace === undefined) {
		fieldsByPlace = new Map();
		clients.set(profile, fieldsByPlace);
	}
	let known = fieldsByPlace.get(place);
	if (known === undefined) {
		const sizes = `${profile.viewportWidth},${profile.viewportHeight},${profile.screenWidth},${profile.screenHeight}`;
		const client = `${profile.browser},${profile.os},${profile.device},${profile.isBot}`;
		known = encoder.encode(`,${sizes},${place.language},${place.timezone},${client},${place.country}\n`);
		fieldsByPlace.set(place, known);
	}
	return known;
}

const dates = new Map<number, string>();

/** The date of a day since 1970, such as `2026-01-31`. */
function dateOf(day: number): string {
	let date = dates.get(day);
	if (date === undefined) {
		date = new Date(day * dayMs).toISOString().slice(0, 10);
		dates.set(day, date);
	}
	return date;
}

/** Writes a time as ClickHouse does: `2026-01-31 12:00:00.000`. */
function moment(text: ByteText, atMs: number): void {
	const day = Math.floor(atMs / dayMs);
	const msOfDay = atMs - day * dayMs;
	const second = (msOfDay / 1_000) | 0;
	const minute = (second / 60) | 0;
	const hour = (minute / 60) | 0;
	const ms = msOfDay - second * 1_000;
	const hundreds = (ms / 100) | 0;
	text.ascii(dateOf(day));
	text.ascii(' ');
	text.twoDigits(hour);
	text.ascii(':');
	text.twoDigits(minute - hour * 60);
	text.ascii(':');
	text.twoDigits(second - minute * 60);
	text.ascii('.');
	text.byte(zero + hundreds);
	text.twoDigits(ms - hundreds * 100);
}
