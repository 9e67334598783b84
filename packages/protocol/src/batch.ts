/**
 * The shapes on the wire, as positional tuples. PROTOCOL.md has the meanings, defaults and bounds of the fields.
 * A sender may leave out trailing elements that have their default. A receiver ignores elements after those it knows.
 */

/** Version of the batch layout; the first element of every batch. */
export const batchVersion = 1;

/** WebSocket sub-protocol. */
export const subprotocol = 'footfall.v1';

/** A map on the wire: keys and values are strings. */
export type StringMap = Record<string, string>;

/** The context that many events share: the page, its user and the browser. */
export type WireContext = [
	/** Absolute URL of the page. */
	url: string,
	title?: string,
	/** Absolute URL, or a path when the referring page is of the same origin; empty when there is none. */
	referrer?: string,
	/** Given to `identify()`; empty for an anonymous visitor. */
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
	/** Age of the event at the batch's `sentAtMs`, ms. */
	ageMs: number,
	/** Index into the batch's contexts. */
	context: number,
	/** A reserved name such as `view` (see reserved-events.ts), or one of the site's own. */
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
	/** 16 bytes, only from senders that have their own ids. Without it the id is derived: see event-id.ts. */
	eventId?: Uint8Array,
];

/** A value of a field of {@link WireDetail}. */
export type DetailValue = string | number | readonly DetailValue[] | { readonly [name: string]: DetailValue };

/**
 * The details of an event: what few events have besides the elements of {@link WireEvent}. These are a product id that
 * is text, the fields of an order or a refund, and fields under the names of other tools. They are at the end of the
 * batch, so that other events take no bytes for them, and collectors of earlier versions ignore them. The sender gives
 * every field by its name, in any spelling that the tables of names have, so that pages need no table.
 */
export type WireDetail = [
	/** Index of the event in the batch. */
	event: number,
	fields: { readonly [name: string]: DetailValue },
];

/** One batch: the unit of sending, of acknowledgement and of retransmission. */
export type WireBatch = [
	version: typeof batchVersion,
	/** Site key. */
	site: string,
	/** Pseudonymous visitor, a random integer that the browser stores. */
	visitor: number,
	/** Random integer, new for every page load. */
	stream: number,
	/** Position of the batch in its stream, from 0. */
	sequence: number,
	/** Time at which the batch was frozen, ms since 1970, on the collector's clock as far as the sender knows it. */
	sentAtMs: number,
	contexts: WireContext[],
	events: WireEvent[],
];

/** A batch of which some events have details, which are in the order of the events. */
export type DetailedWireBatch = [...WireBatch, details: WireDetail[]];

/** Positions in a {@link WireBatch} of the elements that the tracker reads or changes by position. */
export const batchPositions = { site: 1, events: 7 } as const;

/** Number of elements of a {@link WireBatch}. */
export const batchLength = 8;

/** Positions in a {@link WireEvent} of the elements that the tracker reads or changes by position. */
export const eventPositions = { ageMs: 0, context: 1, name: 2 } as const;
