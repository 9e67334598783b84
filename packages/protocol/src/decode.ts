import { batchVersion } from './batch.js';
import { formatUuid } from './event-id.js';
import { limits } from './limits.js';
import type { Rejection } from './outcome.js';
import { Reader, Refusal } from './reader.js';

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

/** An event with every default filled in. */
export interface BatchEvent {
	/** Milliseconds before the batch's `sentAtMs`. */
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
	/** UUID given by the sender; `undefined` where it is derived. */
	eventId: string | undefined;
}

/** What names a batch: enough to answer it. */
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

/** Why a batch was refused, and what was known of it by then. */
export interface Refused {
	ok: false;
	reason: Rejection;
	/** What is wrong and where, for the sender's eyes; holds no content of the batch. */
	detail: string;
	head: BatchHead | undefined;
}

export type Decoded = { ok: true; batch: Batch } | Refused;

/**
 * One batch from its bytes: type, bound and length checks in one pass, nothing allocated before its size is checked.
 * Never throws; a refusal is a value with a reason.
 */
export function decodeBatch(bytes: Uint8Array): Decoded {
	let head: BatchHead | undefined;
	try {
		if (bytes.length > limits.batchBytesMax) throw new Refusal('too-large', `${bytes.length} bytes`);
		const reader = new Reader(bytes);
		const elements = reader.arrayLength('batch', 8, Number.POSITIVE_INFINITY);
		const version = reader.integer('version', limits.integerMax);
		if (version !== batchVersion) throw new Refusal('unsupported-version', `version ${version}`);
		head = {
			site: reader.string('site', limits.siteBytesMax),
			visitor: reader.integer('visitor', limits.integerMax),
			stream: reader.integer('stream', limits.integerMax),
			sequence: reader.integer('sequence', limits.sequenceMax),
			sentAtMs: reader.integer('sentAtMs', limits.integerMax),
		};
		const contexts = readContexts(reader);
		const events = readEvents(reader, contexts.length);
		reader.skip(elements - 8);
		reader.end();
		return { ok: true, batch: { ...head, contexts, events } };
	} catch (error) {
		if (error instanceof Refusal) return { ok: false, reason: error.reason, detail: error.message, head };
		throw error;
	}
}

function readContexts(reader: Reader): PageContext[] {
	const count = reader.arrayLength('contexts', 1, limits.batchContextsMax);
	const contexts: PageContext[] = [];
	for (let i = 0; i < count; i++) contexts.push(readContext(reader));
	return contexts;
}

function readContext(reader: Reader): PageContext {
	const n = reader.arrayLength('context', 1, Number.POSITIVE_INFINITY);
	const context: PageContext = {
		url: reader.string('url', limits.urlBytesMax),
		title: n > 1 ? reader.string('title', limits.titleBytesMax) : '',
		referrer: n > 2 ? reader.string('referrer', limits.urlBytesMax) : '',
		userId: n > 3 ? reader.string('userId', limits.userIdBytesMax) : '',
		exp: n > 4 ? reader.stringMap('exp') : {},
		viewportWidth: n > 5 ? reader.integer('viewportWidth', limits.pixelsMax) : 0,
		viewportHeight: n > 6 ? reader.integer('viewportHeight', limits.pixelsMax) : 0,
		screenWidth: n > 7 ? reader.integer('screenWidth', limits.pixelsMax) : 0,
		screenHeight: n > 8 ? reader.integer('screenHeight', limits.pixelsMax) : 0,
		language: n > 9 ? reader.string('language', limits.languageBytesMax) : '',
		timezone: n > 10 ? reader.string('timezone', limits.timezoneBytesMax) : '',
	};
	reader.skip(n - 11);
	return context;
}

function readEvents(reader: Reader, contexts: number): BatchEvent[] {
	const count = reader.arrayLength('events', 1, limits.batchEventsMax);
	const events: BatchEvent[] = [];
	for (let i = 0; i < count; i++) events.push(readEvent(reader, contexts));
	return events;
}

function readEvent(reader: Reader, contexts: number): BatchEvent {
	const n = reader.arrayLength('event', 3, Number.POSITIVE_INFINITY);
	const event: BatchEvent = {
		ageMs: reader.integer('ageMs', limits.ageMsMax),
		context: reader.integer('context', contexts - 1),
		name: reader.string('name', limits.nameBytesMax),
		obj: n > 3 ? reader.string('obj', limits.objBytesMax) : '',
		objId: n > 4 ? reader.string('objId', limits.objIdBytesMax) : '',
		productId: n > 5 ? reader.integer('productId', limits.integerMax) : 0,
		amount: n > 6 ? reader.amount('amount') : 0,
		currency: n > 7 ? reader.string('currency', limits.currencyBytesMax) : '',
		props: n > 8 ? reader.stringMap('props') : {},
		eventId: n > 9 ? readEventId(reader) : undefined,
	};
	if (event.name === '') throw new Refusal('malformed', 'name is empty');
	reader.skip(n - 10);
	return event;
}

function readEventId(reader: Reader): string {
	const id = reader.bytes('eventId', 16);
	const view = new DataView(id.buffer, id.byteOffset, 16);
	return formatUuid(view.getBigUint64(0), view.getBigUint64(8));
}
