import {
	type CrowdBatch,
	type CrowdEvent,
	type CrowdOrder,
	type CrowdPage,
	currencyOf,
} from '@footfall/demo-shop/crowd';
import { encode, eventIdWords } from '@footfall/protocol';
import type { MapSpan } from '@footfall/protocol/decode';
import type { EventSource, eventColumns, orderColumns } from '@footfall/warehouse/columns';
import {
	BoolColumn,
	DecimalColumn,
	encodeBlock,
	MapColumn,
	MomentColumn,
	type NativeColumn,
	OrderColumns,
	type OrderFields,
	ProductIdColumn,
	SharedTextColumn,
	Uint16Column,
	Uint64Column,
	UuidColumn,
} from '@footfall/warehouse/native';

type EventColumnName = Exclude<(typeof eventColumns)[number]['name'], (typeof orderColumns)[number]>;

/** Texts that many rows share; each is sent once per block. */
class Texts extends SharedTextColumn {
	readonly #known = new Map<string, number>();

	/** @returns the index of the text, which `push` takes */
	known(text: string): number {
		let index = this.#known.get(text);
		if (index === undefined) {
			index = this.addText(text);
			this.#known.set(text, index);
		}
		return index;
	}

	pushText(text: string): void {
		this.push(this.known(text));
	}
}

function newColumns(rowsMax: number) {
	return {
		site: new Texts(rowsMax),
		visitor_id: new Uint64Column(rowsMax),
		event_id: new UuidColumn(rowsMax),
		user_id: new Texts(rowsMax),
		ts: new MomentColumn(rowsMax),
		ts_bounded: new BoolColumn(rowsMax),
		received_at: new MomentColumn(rowsMax),
		name: new Texts(rowsMax),
		obj: new Texts(rowsMax),
		obj_id: new Texts(rowsMax),
		product_id: new ProductIdColumn(),
		amount: new DecimalColumn(rowsMax),
		currency: new Texts(rowsMax),
		exp: new MapColumn(rowsMax),
		props: new MapColumn(rowsMax),
		url: new Texts(rowsMax),
		title: new Texts(rowsMax),
		referrer: new Texts(rowsMax),
		viewport_width: new Uint16Column(rowsMax),
		viewport_height: new Uint16Column(rowsMax),
		screen_width: new Uint16Column(rowsMax),
		screen_height: new Uint16Column(rowsMax),
		language: new Texts(rowsMax),
		timezone: new Texts(rowsMax),
		browser: new Texts(rowsMax),
		os: new Texts(rowsMax),
		device: new Texts(rowsMax),
		is_bot: new BoolColumn(rowsMax),
		country: new Texts(rowsMax),
		source: new Texts(rowsMax),
		segment: new Texts(rowsMax),
	} satisfies Record<EventColumnName, NativeColumn>;
}

/** Text columns with the same value in all rows of a page. */
const pageTexts = [
	'user_id',
	'url',
	'title',
	'referrer',
	'language',
	'timezone',
	'browser',
	'os',
	'device',
	'country',
] as const;

/** Writes rows of `events` into a block of ClickHouse's Native format. */
export class BlockWriter {
	rows = 0;
	readonly #columns: ReturnType<typeof newColumns>;
	readonly #orders: OrderColumns | undefined;
	readonly #site: number;
	readonly #source: number;
	readonly #segment: number;
	readonly #pageTextIndexes = new Uint32Array(pageTexts.length);
	readonly #id = new Uint32Array(4);
	#page: CrowdPage | undefined;
	#exp = noEntries;

	/**
	 * @param segment value of the `segment` column of all rows
	 * @param hasOrders whether the block has the columns of orders, of which ClickHouse fills in the defaults otherwise
	 */
	constructor(rowsMax: number, site: string, segment: string, hasOrders: boolean) {
		this.#columns = newColumns(rowsMax);
		this.#orders = hasOrders ? new OrderColumns(rowsMax) : undefined;
		this.#site = this.#columns.site.known(site);
		this.#source = this.#columns.source.known('page' satisfies EventSource);
		this.#segment = this.#columns.segment.known(segment);
	}

	add(batch: CrowdBatch, receivedAtMs: number): void {
		const { page, sequence, events } = batch;
		if (page !== this.#page) this.#beginPage(page);
		eventIdWords(this.#id, page.visitor.id, page.stream, sequence, 0);
		for (let index = 0; index < events.length; index++) {
			this.#pushPage(page, index, receivedAtMs);
			this.#pushEvent(events[index] as CrowdEvent);
		}
		this.rows += events.length;
	}

	/** The block, as pieces to be sent one after another. Rows cannot be added afterwards. */
	finish(): Uint8Array<ArrayBuffer>[] {
		return encodeBlock({ ...this.#columns, ...this.#orders?.columns }, this.rows);
	}

	#beginPage(page: CrowdPage): void {
		this.#page = page;
		const { userId, url, title, referrer, person, visitor } = page;
		const { language, timezone, country } = person.place;
		const { browser, os, device } = visitor.profile;
		const texts = [userId, url, title, referrer, language, timezone, browser, os, device, country];
		for (let n = 0; n < texts.length; n++) {
			this.#pageTextIndexes[n] = this.#columns[pageTexts[n] as (typeof pageTexts)[number]].known(texts[n] as string);
		}
		this.#exp = experiments(person.cartStyle);
	}

	#pushPage({ person, visitor }: CrowdPage, index: number, receivedAtMs: number): void {
		const columns = this.#columns;
		const { profile } = visitor;
		const id = this.#id;
		columns.site.push(this.#site);
		columns.visitor_id.push(visitor.id);
		columns.event_id.push(id[0] as number, id[1] as number, id[2] as number, (id[3] as number) + index);
		columns.received_at.push(receivedAtMs);
		columns.ts_bounded.push(false);
		for (let n = 0; n < pageTexts.length; n++) {
			columns[pageTexts[n] as (typeof pageTexts)[number]].push(this.#pageTextIndexes[n] as number);
		}
		columns.viewport_width.push(profile.viewportWidth);
		columns.viewport_height.push(profile.viewportHeight);
		columns.screen_width.push(profile.screenWidth);
		columns.screen_height.push(profile.screenHeight);
		columns.is_bot.push(person.isBot);
		columns.exp.push(this.#exp.bytes, this.#exp.span);
		columns.props.push(noEntries.bytes, noEntries.span);
		columns.source.push(this.#source);
		columns.segment.push(this.#segment);
	}

	#pushEvent(event: CrowdEvent): void {
		const { atMs, name, obj, objId, productId, amount } = event;
		const columns = this.#columns;
		columns.ts.push(atMs);
		columns.name.pushText(name);
		columns.obj.pushText(obj);
		columns.obj_id.pushText(objId);
		columns.product_id.pushNumber(productId);
		columns.amount.push(amount);
		columns.currency.pushText(currencyOf(event));
		this.#orders?.push(event.order && fieldsOf(event.order));
	}
}

/** The fields of an order as the columns take them. The shop has neither categories nor variants. */
function fieldsOf(order: CrowdOrder): OrderFields {
	return { ...order, items: order.items.map((item) => ({ ...item, category: '', variant: '' })) };
}

/** A map in its encoding on the wire. */
interface EncodedMap {
	bytes: Buffer;
	span: MapSpan;
}

const noEntries: EncodedMap = { bytes: Buffer.alloc(0), span: { start: 0, end: 0, entries: 0, hasRepeats: false } };
const experimentsByStyle = new Map<string, EncodedMap>();

function experiments(cartStyle: string): EncodedMap {
	let map = experimentsByStyle.get(cartStyle);
	if (map === undefined) {
		const bytes = Buffer.from(encode({ cart_style: cartStyle }));
		map = { bytes, span: { start: 1, end: bytes.length, entries: 1, hasRepeats: false } };
		experimentsByStyle.set(cartStyle, map);
	}
	return map;
}
