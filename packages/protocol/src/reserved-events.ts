// A list of its own, since the declaration of `keyof typeof reservedEvents` would repeat all texts of the table.
/** The name of a reserved event. */
export type ReservedEventName =
	| 'view'
	| 'click'
	| 'outbound'
	| 'download'
	| 'submit'
	| 'leave'
	| 'identify'
	| 'error'
	| 'vital'
	| 'lost'
	| 'order'
	| 'refund';

/** The meaning of a reserved event. */
export interface ReservedEvent {
	readonly passive: boolean;
	readonly meaning: string;
}

/**
 * Every reserved event: the tracker captures it, or a site sends it, and the models give it a meaning. PROTOCOL.md's
 * table of reserved names is tested against this list, and so are stg_events.sql and the recount of the tests.
 *
 * The page reports `passive` events; they are not an act of the visitor. A session with one page view at most, and with
 * passive events alone, is a bounce.
 */
export const reservedEvents: Readonly<Record<ReservedEventName, ReservedEvent>> = {
	view: { passive: true, meaning: 'The page was shown: loaded, restored, activated or changed by a single-page site.' },
	click: { passive: false, meaning: 'The visitor clicked an element that declares it.' },
	outbound: { passive: false, meaning: 'The visitor followed a link to another host.' },
	download: { passive: false, meaning: 'The visitor followed a link to a file.' },
	submit: { passive: false, meaning: 'The visitor submitted a form.' },
	leave: {
		passive: true,
		meaning: 'The page was left or hidden; how far it was scrolled, and for how long it was used.',
	},
	identify: { passive: true, meaning: 'The page named the user and gave traits.' },
	error: { passive: true, meaning: 'The page threw an error that it did not catch.' },
	vital: { passive: true, meaning: 'A web vital of the page.' },
	lost: { passive: true, meaning: 'The page dropped events from its full queue; property events is their number.' },
	order: { passive: false, meaning: 'The visitor placed an order; the amount is what was charged, in total.' },
	refund: { passive: true, meaning: 'An amount of an order was given back; 0 means all of it.' },
};
