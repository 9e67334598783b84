import { eventIdWords, limits } from '@footfall/protocol';
import { BatchReader, type Detail, detailedEventOf, type MapSpan } from '@footfall/protocol/decode';
import { isOrderName } from '@footfall/protocol/names';
import { clientTexts, type Endpoint, type Mark, type RecordClient, readClient, type Source } from '../../client.js';
import type { WalRecord } from '../../wal/segment-format.js';
import { boundTs } from './bound-ts.js';
import type { EventColumns } from './event-columns.js';
import { idempotencyKeyOf } from './idempotency-key.js';
import { isOrder, type OrderRows } from './order-rows.js';
import { addKeys, type KeyCounting, type KeysBySite } from './property-keys.js';

const oneForEachContext = () => new Uint32Array(limits.batchContextsMax);

const none: readonly Detail[] = [];

/** The columns that a page context fills with text. */
const contextTexts = [
	['url', 'url'],
	['title', 'title'],
	['referrer', 'referrer'],
	['user_id', 'userId'],
	['language', 'language'],
	['timezone', 'timezone'],
] as const;

/** Appends batches to columns directly from their bytes. No object is created per event. */
export class BatchRows {
	readonly #columns: EventColumns;
	readonly #orders: OrderRows;
	#rows = 0;
	readonly #reader = new BatchReader();
	readonly #segmentText: number;
	readonly #sourceTexts: Readonly<Record<Source, number>>;
	readonly #id = new Uint32Array(4);
	/** Values of each context of the current batch, by its index. */
	readonly #texts = contextTexts.map(oneForEachContext);
	readonly #pixels = Array.from({ length: 4 }, oneForEachContext);
	readonly #exp = Array.from({ length: limits.batchContextsMax }, () => ({
		start: 0,
		end: 0,
		entries: 0,
		hasRepeats: false,
	}));
	readonly #client = clientTexts.map(() => 0);
	readonly #keyCounting: KeyCounting;
	/** The property keys of each site, as hashes; at most `keysMax`. */
	readonly propertyKeys: KeysBySite = new Map();
	/** Number of fields in details that were cut, or not taken. */
	cutFields = 0;

	/** @param segment value of the `segment` column of all rows */
	constructor(columns: EventColumns, orders: OrderRows, segment: string, keyCounting: KeyCounting) {
		this.#columns = columns;
		this.#orders = orders;
		this.#keyCounting = keyCounting;
		this.#segmentText = columns.segment.addText(segment);
		this.#sourceTexts = { page: columns.source.addText('page'), server: columns.source.addText('server') };
	}

	/**
	 * Appends events of a record whose batch was checked.
	 *
	 * @param from index of the first event
	 * @param to index after the last event
	 * @param hasDetails whether some of its events have details
	 */
	push(record: WalRecord, { from, to }: { from: number; to: number }, hasDetails: boolean): void {
		const reader = this.#reader;
		const details = hasDetails ? this.#readDetails(record.frame) : none;
		let next = details.findIndex(({ event }) => event >= from);
		reader.open(record.frame);
		for (let context = 0; reader.nextContext(); context++) this.#keepContext(context);
		const site = this.#columns.site.add(reader.bytes, reader.site.start, reader.site.end);
		const client = this.#keepClient(record.client);
		const keys = this.#keysOfSite();
		eventIdWords(this.#id, reader.visitor, reader.stream, reader.sequence, 0);
		for (let index = 0; reader.nextEvent(); index++) {
			if (index < from || index >= to) continue;
			this.#pushId(index, client.endpoint);
			this.#pushBatch(site, client, record.receivedAtMs);
			if (details[next]?.event === index) this.#pushDetailed(details[next++] as Detail, client.mark);
			else this.#pushEvent();
			this.#rows++;
			this.#pushContext(reader.context);
			addKeys(keys, reader.bytes, reader.props, this.#keyCounting);
		}
	}

	/** Returns the details of a batch, which are at its end, before the batch is read again. */
	#readDetails(frame: Uint8Array): readonly Detail[] {
		const reader = this.#reader;
		reader.open(frame);
		while (reader.nextContext());
		while (reader.nextEvent());
		return reader.details;
	}

	#keysOfSite(): Set<number> {
		const { bytes, site } = this.#reader;
		const key = bytes.toString('utf8', site.start, site.end);
		let keys = this.propertyKeys.get(key);
		if (keys === undefined) {
			keys = new Set();
			this.propertyKeys.set(key, keys);
		}
		return keys;
	}

	#keepContext(context: number): void {
		const reader = this.#reader;
		for (let i = 0; i < contextTexts.length; i++) {
			const [column, field] = contextTexts[i] as (typeof contextTexts)[number];
			const { start, end } = reader[field];
			(this.#texts[i] as Uint32Array)[context] = this.#columns[column].add(reader.bytes, start, end);
		}
		const [a, b, c, d] = this.#pixels as [Uint32Array, Uint32Array, Uint32Array, Uint32Array];
		a[context] = reader.viewportWidth;
		b[context] = reader.viewportHeight;
		c[context] = reader.screenWidth;
		d[context] = reader.screenHeight;
		Object.assign(this.#exp[context] as object, reader.exp);
	}

	/**
	 * Stores the texts of a client part.
	 *
	 * @returns its other fields
	 */
	#keepClient(client: Uint8Array): RecordClient {
		const bytes = Buffer.from(client.buffer, client.byteOffset, client.length);
		return readClient(bytes, (index, start, end) => {
			const column = clientTexts[index] as (typeof clientTexts)[number];
			this.#client[index] = this.#columns[column].add(bytes, start, end);
		});
	}

	#pushBatch(site: number, { isBot, source, mark }: RecordClient, receivedAtMs: number): void {
		const columns = this.#columns;
		const reader = this.#reader;
		const { tsMs, bounded } = boundTs(reader.sentAtMs - reader.ageMs, receivedAtMs);
		columns.site.push(site);
		if (mark === 'derived') columns.visitor_id.pushAbove(reader.visitor);
		else columns.visitor_id.push(reader.visitor);
		columns.ts.push(tsMs);
		columns.ts_bounded.push(bounded);
		columns.received_at.push(receivedAtMs);
		columns.segment.push(this.#segmentText);
		columns.is_bot.push(isBot);
		columns.source.push(this.#sourceTexts[source]);
		const [browser, os, device, country] = this.#client as [number, number, number, number];
		columns.browser.push(browser);
		columns.os.push(os);
		columns.device.push(device);
		columns.country.push(country);
	}

	#pushId(index: number, endpoint: Endpoint | undefined): void {
		const { bytes, eventId } = this.#reader;
		if (eventId.start === eventId.end) {
			const id = this.#id;
			this.#columns.event_id.push(id[0] as number, id[1] as number, id[2] as number, (id[3] as number) + index);
		} else {
			const kept = idempotencyKeyOf(bytes.subarray(eventId.start, eventId.end), endpoint);
			const word = (i: number) => kept.readUInt32BE(4 * i);
			this.#columns.event_id.push(word(0), word(1), word(2), word(3));
		}
	}

	#pushEvent(): void {
		const columns = this.#columns;
		const reader = this.#reader;
		const { bytes } = reader;
		columns.name.push(bytes, reader.name);
		columns.obj.push(bytes, reader.obj);
		columns.obj_id.push(bytes, reader.objId);
		columns.product_id.pushNumber(reader.productId);
		columns.amount.push(reader.amount);
		columns.currency.push(bytes, reader.currency);
		columns.props.push(bytes, reader.props);
	}

	/** Pushes the event under Footfall's names. */
	#pushDetailed({ fields }: Detail, mark: Mark | undefined): void {
		const columns = this.#columns;
		const { details: given, faults, ...event } = detailedEventOf(this.#reader, fields);
		// Without the id of its order, an event counts as no order, and is stored like any other.
		const details = mark === 'no-orders' && isOrderName(event.name) ? { ...given, orderId: '', refundId: '' } : given;
		this.cutFields += faults;
		columns.name.pushText(event.name);
		columns.obj.pushText(event.obj);
		columns.obj_id.pushText(event.objId);
		// The text takes the place of the number. 0 is no product, as a text, too.
		if (details.productId === '' || details.productId === '0') columns.product_id.pushNumber(event.productId);
		else columns.product_id.pushText(details.productId);
		columns.amount.push(event.amount);
		columns.currency.pushText(event.currency);
		columns.props.push(this.#reader.bytes, this.#reader.props);
		if (isOrder(details)) this.#orders.set(this.#rows, details);
	}

	#pushContext(context: number): void {
		const columns = this.#columns;
		for (let i = 0; i < contextTexts.length; i++) {
			const [column] = contextTexts[i] as (typeof contextTexts)[number];
			columns[column].push((this.#texts[i] as Uint32Array)[context] as number);
		}
		const [a, b, c, d] = this.#pixels as [Uint32Array, Uint32Array, Uint32Array, Uint32Array];
		columns.viewport_width.push(a[context] as number);
		columns.viewport_height.push(b[context] as number);
		columns.screen_width.push(c[context] as number);
		columns.screen_height.push(d[context] as number);
		columns.exp.push(this.#reader.bytes, this.#exp[context] as MapSpan);
	}
}
