import { BatchReader } from './batch-reader.js';
import { formatUuid } from './event-id.js';
import { eachEntry } from './map-entries.js';
import type { EventDetails } from './names/bounded.js';
import { type DetailedEvent, detailedEvent } from './names/detailed-event.js';
import type { Given } from './names/named-event.js';
import type { Rejection } from './outcome.js';
import { type MapSpan, Refusal, type Span } from './reader.js';

export { BatchReader } from './batch-reader.js';
export type { Detail } from './details.js';
export { eachEntry } from './map-entries.js';
export type { EventDetails, OrderItem } from './names/bounded.js';
export type { DetailedEvent } from './names/detailed-event.js';
export { type MapSpan, Refusal, type Span } from './reader.js';

/** A page context with every default filled in. */
export interface PageContext {
	url: string;
	title: string;
	referrer: string;
	userId: string;
	exp: Record<string, string>;
	viewportWidth: number;
	viewportHeight: number;
	screenWidth: number;
	screenHeight: number;
	language: string;
	timezone: string;
}

/** An event under Footfall's names, with every default filled in. */
export interface BatchEvent {
	/** Age at the batch's `sentAtMs`, ms. */
	ageMs: number;
	/** Index into the batch's contexts, in range. */
	context: number;
	name: string;
	obj: string;
	objId: string;
	productId: number;
	amount: number;
	currency: string;
	props: Record<string, string>;
	/** UUID given by the sender; `undefined` if the id is derived. */
	eventId: string | undefined;
	/** Missing in events that have none. */
	details?: EventDetails;
}

/** The elements that identify a batch: enough to answer it. */
export interface BatchHead {
	site: string;
	visitor: number;
	stream: number;
	sequence: number;
	/** Milliseconds since 1970. */
	sentAtMs: number;
}

/** A decoded, validated batch. */
export interface Batch extends BatchHead {
	contexts: PageContext[];
	events: BatchEvent[];
}

/** The reason for which a batch was refused, and the head if it was read before. */
export interface Refused {
	ok: false;
	reason: Rejection;
	/** Text for the sender: what is wrong, and in which field. It contains no content of the batch. */
	detail: string;
	head: BatchHead | undefined;
}

/** A valid batch: its head, its number of events, and whether some of them have details. */
export type Checked = { ok: true; head: BatchHead; events: number; hasDetails: boolean } | Refused;
export type Decoded = { ok: true; batch: Batch } | Refused;

const reader = new BatchReader();

/** Checks a batch, and returns its head and number of events, or a refusal with a reason. Never throws. */
export function checkBatch(bytes: Uint8Array): Checked {
	return orRefused(() => {
		reader.open(bytes);
		while (reader.nextContext());
		while (reader.nextEvent());
		return { ok: true, head: headOf(reader), events: reader.events, hasDetails: reader.details.length > 0 };
	});
}

/**
 * Reads the head of a batch only, for an answer that does not depend on the rest. Never throws.
 *
 * @returns `undefined` if the bytes do not begin like a batch
 */
export function batchHead(bytes: Uint8Array): BatchHead | undefined {
	const read = orRefused(() => {
		reader.open(bytes);
		return headOf(reader);
	});
	// The head may have been read before a fault in the bytes after it.
	return 'ok' in read ? read.head : read;
}

/** Decodes a batch into objects, or returns a refusal with a reason. Never throws. */
export function decodeBatch(bytes: Uint8Array): Decoded {
	return orRefused(() => {
		reader.open(bytes);
		const contexts: PageContext[] = [];
		while (reader.nextContext()) contexts.push(contextOf(reader));
		const events: BatchEvent[] = [];
		while (reader.nextEvent()) events.push(eventOf(reader));
		for (const { event, fields } of reader.details) {
			const { faults: _, ...detailed } = detailedEvent(coreOf(events[event] as BatchEvent), fields);
			Object.assign(events[event] as BatchEvent, detailed);
		}
		return { ok: true, batch: { ...headOf(reader), contexts, events } };
	});
}

function orRefused<T>(read: () => T): T | Refused {
	try {
		return read();
	} catch (error) {
		if (!(error instanceof Refusal)) throw error;
		return {
			ok: false,
			reason: error.reason,
			detail: error.message,
			head: reader.headKnown ? headOf(reader) : undefined,
		};
	}
}

function headOf({ bytes, site, visitor, stream, sequence, sentAtMs }: BatchReader): BatchHead {
	return { site: textOf(bytes, site), visitor, stream, sequence, sentAtMs };
}

function contextOf(read: BatchReader): PageContext {
	const { bytes, viewportWidth, viewportHeight, screenWidth, screenHeight } = read;
	return {
		url: textOf(bytes, read.url),
		title: textOf(bytes, read.title),
		referrer: textOf(bytes, read.referrer),
		userId: textOf(bytes, read.userId),
		exp: mapOf(bytes, read.exp),
		viewportWidth,
		viewportHeight,
		screenWidth,
		screenHeight,
		language: textOf(bytes, read.language),
		timezone: textOf(bytes, read.timezone),
	};
}

function eventOf(read: BatchReader): BatchEvent {
	const { bytes, ageMs, context, productId, amount, eventId } = read;
	return {
		ageMs,
		context,
		name: textOf(bytes, read.name),
		obj: textOf(bytes, read.obj),
		objId: textOf(bytes, read.objId),
		productId,
		amount,
		currency: textOf(bytes, read.currency),
		props: mapOf(bytes, read.props),
		eventId: eventId.end === eventId.start ? undefined : formatUuid(bytes.toString('hex', eventId.start, eventId.end)),
	};
}

const coreOf = ({ name, obj, objId, productId, amount, currency }: BatchEvent) => ({
	name,
	obj,
	objId,
	productId,
	amount,
	currency,
});

/** Returns the event that a reader has read last, as its details change it. */
export function detailedEventOf(read: BatchReader, fields: Given): DetailedEvent {
	const { bytes, productId, amount } = read;
	const texts = { name: textOf(bytes, read.name), obj: textOf(bytes, read.obj), objId: textOf(bytes, read.objId) };
	return detailedEvent({ ...texts, productId, amount, currency: textOf(bytes, read.currency) }, fields);
}

function textOf(bytes: Buffer, { start, end }: Span): string {
	return bytes.toString('utf8', start, end);
}

function mapOf(bytes: Buffer, map: MapSpan): Record<string, string> {
	const object: Record<string, string> = {};
	eachEntry(bytes, map, (key, value) => {
		object[textOf(bytes, key)] = textOf(bytes, value);
	});
	return object;
}
