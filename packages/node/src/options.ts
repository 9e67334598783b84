export type { OrderItem } from '@footfall/protocol';

import type { OrderFields, ProductFields, RefundFields } from '@footfall/protocol';

/** Options of {@link createFootfall}. */
export interface FootfallOptions {
	/** Address of the collector, such as `https://events.shop.example`, without a user or a password. */
	collector: string;
	/** Site key, as configured on the collector. */
	site: string;
	/** Write key of the site. A site that has keys takes orders and refunds of a server only with one of them. */
	key?: string;
	/** URL of events that have none, such as that of the shop. @default the address of the collector */
	url?: string;
	/**
	 * Directory for events that the collector has not acknowledged yet: they survive the end of this process, and the
	 * next process with this directory sends them. Several processes may share it. @default none: they are in memory
	 */
	spool?: string;
	/** Maximum size of all events that wait for an acknowledgement, bytes. Further events are refused. @default 64 MiB */
	queueBytesMax?: number;
	/** Maximum time that the collector may take for an answer, ms; then the request is repeated. @default 10_000 */
	timeoutMs?: number;
	/**
	 * Called when an event is refused for good, and once in a row when the collector cannot be reached.
	 * @default prints the message by `console.warn`
	 */
	onError?: (error: FootfallError) => void;
}

/**
 * The person or browser that an event concerns, and how the event is stored. An order or a refund may name neither a
 * visitor nor a user; any other event needs one of the two.
 */
export interface EventContext {
	/** Visitor: the number that the page has in `localStorage` under `footfall_visitor`. */
	visitorId?: string | number;
	/** User id of the shop's own, as in `footfall.identify()`. */
	userId?: string | number;
	/** User agent of the visitor's browser, which a server knows from the request. */
	userAgent?: string;
	/** Address of the visitor, from which the collector derives the country. It is not stored. */
	ip?: string;
	/** Absolute URL of the page that the event concerns. @default the option `url` */
	url?: string;
	/** Time of the event. @default now */
	at?: Date | number;
	/**
	 * Id of the event: a repeated event with the same id counts once, also from another process. Any text, such as the
	 * id of a webhook's message. @default a random id, made before the first attempt
	 */
	eventId?: string;
}

/** Fields of an event besides its name and context. */
export interface EventFields extends ProductFields {
	/** Kind of object that the event concerns: `button`, `page`, … @default 'server' */
	obj?: string;
	/** Identifier of the object. */
	objId?: string;
	/** The site's own properties, at most 32. Values become text. */
	props?: Record<string, string | number | boolean>;
}

/** An order. One order id of a site is one order, however often and by whatever sender it is told. */
export interface Order extends EventContext, OrderFields {
	props?: EventFields['props'];
}

/** A refund of an order, or of a part of it. */
export interface Refund extends EventContext, RefundFields {
	props?: EventFields['props'];
}

/** Codes of errors that do not come from the collector. */
export type OwnErrorCode = 'invalid-value' | 'queue-full' | 'closed' | 'unreachable' | 'fields-not-stored' | 'spool';

/** An event that is not stored, or a condition that keeps events from being stored. */
export class FootfallError extends Error {
	override readonly name = 'FootfallError';
	/** An outcome of the collector (PROTOCOL.md, "Outcomes"), or a code of this package. */
	readonly code: OwnErrorCode | (string & {});
	/** The event as JSON, if the error concerns one. */
	readonly event: string | undefined;

	constructor(code: OwnErrorCode | (string & {}), message: string, event?: string) {
		super(message);
		this.code = code;
		this.event = event;
	}
}
