import { eventIdHalves } from '@footfall/protocol';
import { type Batch, type BatchEvent, decodeBatch, type PageContext } from '@footfall/protocol/decode';
import type { eventColumns } from '@footfall/warehouse';
import { type Client, decodeClient } from '../client.js';
import type { LogRecord } from '../log/segment-format.js';
import { boundTs } from './bound-ts.js';
import { encodeBlock } from './native-block.js';
import {
	BoolColumn,
	DecimalColumn,
	MapColumn,
	MomentColumn,
	type NativeColumn,
	TextColumn,
	Uint16Column,
	Uint64Column,
	UuidColumn,
} from './native-columns.js';

type EventColumnName = (typeof eventColumns)[number]['name'];

/** A segment's rows as one block of the Native format. */
export interface EventBlock {
	columns: string[];
	chunks: Uint8Array[];
	rows: number;
	/** Range of receipt, milliseconds since 1970; meaningless without rows. */
	firstReceivedMs: number;
	lastReceivedMs: number;
	/** Records whose frame this version does not accept, though an earlier one acknowledged it. */
	refusedRecords: number;
}

/** Turns the records of a segment into rows, one by one. The same records always make the same block. */
export class EventBlockBuilder {
	readonly #segment: string;
	readonly #columns = newColumns();
	#rows = 0;
	#refusedRecords = 0;
	#firstReceivedMs = Number.POSITIVE_INFINITY;
	#lastReceivedMs = 0;

	constructor(segment: string) {
		this.#segment = segment;
	}

	add(record: LogRecord): void {
		const decoded = decodeBatch(record.frame);
		if (!decoded.ok) {
			this.#refusedRecords++;
			return;
		}
		const { receivedAtMs } = record;
		pushBatch(this.#columns, decoded.batch, decodeClient(record.client), receivedAtMs, this.#segment);
		this.#rows += decoded.batch.events.length;
		this.#firstReceivedMs = Math.min(this.#firstReceivedMs, receivedAtMs);
		this.#lastReceivedMs = Math.max(this.#lastReceivedMs, receivedAtMs);
	}

	finish(): EventBlock {
		return {
			columns: Object.keys(this.#columns),
			chunks: encodeBlock(this.#columns, this.#rows),
			rows: this.#rows,
			firstReceivedMs: this.#firstReceivedMs,
			lastReceivedMs: this.#lastReceivedMs,
			refusedRecords: this.#refusedRecords,
		};
	}
}

function newColumns() {
	return {
		site: new TextColumn(),
		visitor_id: new Uint64Column(),
		event_id: new UuidColumn(),
		user_id: new TextColumn(),
		ts: new MomentColumn(),
		ts_bounded: new BoolColumn(),
		received_at: new MomentColumn(),
		name: new TextColumn(),
		obj: new TextColumn(),
		obj_id: new TextColumn(),
		product_id: new Uint64Column(),
		amount: new DecimalColumn(),
		currency: new TextColumn(),
		exp: new MapColumn(),
		props: new MapColumn(),
		url: new TextColumn(),
		title: new TextColumn(),
		referrer: new TextColumn(),
		viewport_width: new Uint16Column(),
		viewport_height: new Uint16Column(),
		screen_width: new Uint16Column(),
		screen_height: new Uint16Column(),
		language: new TextColumn(),
		timezone: new TextColumn(),
		browser: new TextColumn(),
		os: new TextColumn(),
		device: new TextColumn(),
		is_bot: new BoolColumn(),
		country: new TextColumn(),
		segment: new TextColumn(),
	} satisfies Record<EventColumnName, NativeColumn>;
}

type Columns = ReturnType<typeof newColumns>;

function pushBatch(columns: Columns, batch: Batch, client: Client, receivedAtMs: number, segment: string): void {
	for (const [index, event] of batch.events.entries()) {
		const context = batch.contexts[event.context];
		// The decoder has checked the index.
		if (context === undefined) throw new Error('an event refers to no context');
		columns.site.push(batch.site);
		columns.visitor_id.push(batch.visitor);
		if (event.eventId === undefined) {
			const [high, low] = eventIdHalves(batch.visitor, batch.stream, batch.sequence, index);
			columns.event_id.push(high, low);
		} else {
			columns.event_id.pushText(event.eventId);
		}
		const { tsMs, bounded } = boundTs(batch.sentAtMs - event.ageMs, receivedAtMs);
		columns.ts.push(tsMs);
		columns.ts_bounded.push(bounded);
		columns.received_at.push(receivedAtMs);
		columns.segment.push(segment);
		pushEvent(columns, event);
		pushContext(columns, context);
		pushClient(columns, client);
	}
}

function pushEvent(columns: Columns, event: BatchEvent): void {
	columns.name.push(event.name);
	columns.obj.push(event.obj);
	columns.obj_id.push(event.objId);
	columns.product_id.push(event.productId);
	columns.amount.push(event.amount);
	columns.currency.push(event.currency);
	columns.props.push(event.props);
}

function pushContext(columns: Columns, context: PageContext): void {
	columns.user_id.push(context.userId);
	columns.exp.push(context.exp);
	columns.url.push(context.url);
	columns.title.push(context.title);
	columns.referrer.push(context.referrer);
	columns.viewport_width.push(context.viewportWidth);
	columns.viewport_height.push(context.viewportHeight);
	columns.screen_width.push(context.screenWidth);
	columns.screen_height.push(context.screenHeight);
	columns.language.push(context.language);
	columns.timezone.push(context.timezone);
}

function pushClient(columns: Columns, client: Client): void {
	columns.browser.push(client.browser);
	columns.os.push(client.os);
	columns.device.push(client.device);
	columns.is_bot.push(client.isBot);
	// Filled once a country database can be configured.
	columns.country.push('');
}
