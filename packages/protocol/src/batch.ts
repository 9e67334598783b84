/**
 * The shapes on the wire, as positional tuples. Field meanings, defaults and bounds: PROTOCOL.md.
 * A sender may leave out trailing elements that have their default; a receiver ignores elements after the ones it knows.
 */

/** Version of the batch layout; the first element of every batch. */
export const batchVersion = 1;

/** WebSocket sub-protocol. */
export const subprotocol = 'footfall.v1';

/** Maps on the wire hold strings only. */
export type StringMap = Record<string, string>;

/** What a page and its user have in common for many events. */
export type WireContext = [
	/** Absolute URL of the page. */
	url: string,
	title?: string,
	/** Absolute URL, or a path when the page came from the same origin; empty when there is none. */
	referrer?: string,
	/** Set by `identify()`; empty when anonymous. */
	userId?: string,
	/** Experiments and their variants. */
	exp?: StringMap,
	/** CSS pixels. */
	viewportWidth?: number,
	viewportHeight?: number,
	screenWidth?: number,
	screenHeight?: number,
	/** BCP 47 tag. */
	language?: string,
	/** IANA zone name. */
	timezone?: string,
];

/** One event. */
export type WireEvent = [
	/** Milliseconds before the batch's `sentAtMs` at which it happened. */
	ageMs: number,
	/** Index into the batch's contexts. */
	context: number,
	/** `view`, `click`, or the site's own. */
	name: string,
	/** `page`, `button`, `url`, … */
	obj?: string,
	objId?: string,
	productId?: number,
	/** In the currency's major unit. */
	amount?: number,
	/** ISO 4217 code. */
	currency?: string,
	props?: StringMap,
	/** 16 bytes; only senders that have ids of their own give one. Otherwise the id is derived, see event-id.ts. */
	eventId?: Uint8Array,
];

/** One frame: the unit of sending, of acknowledging and of sending again. */
export type WireBatch = [
	version: typeof batchVersion,
	/** Site key. */
	site: string,
	/** Pseudonymous visitor, a random integer kept by the browser. */
	visitor: number,
	/** Random integer, new for every page load. */
	stream: number,
	/** Position of the batch in its stream, from 0. */
	sequence: number,
	/** Milliseconds since 1970 on the collector's clock as the sender knows it, at the moment the batch was frozen. */
	sentAtMs: number,
	contexts: WireContext[],
	events: WireEvent[],
];
