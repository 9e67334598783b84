import { outcomes, type Rejection } from '@footfall/protocol';
import { type SiteTable, siteRefusal } from '../intake/site-table.js';
import { checkEvent, type Fault, isEvent, type JsonEvent } from './json-event.js';

/** What a JSON event is held against besides its schema. */
export interface Circumstances {
	sites: SiteTable;
	/** Site of events that name none. */
	site: string;
	/** Of the request; empty when there was none. */
	origin: string;
}

/** An event that may be stored, or why it may not. */
export type Judged = { ok: true; event: JsonEvent } | { ok: false; outcome: Rejection; faults: readonly Fault[] };

/**
 * Judges one JSON value. Never throws.
 *
 * @param isBrief leaves out the faults of the fields of an invalid event
 */
export function judgeEvent(value: unknown, { sites, site, origin }: Circumstances, isBrief = false): Judged {
	if (isBrief && !isEvent(value)) return { ok: false, outcome: 'invalid', faults: [] };
	const checked = checkEvent(value);
	if (!checked.ok) return { ok: false, outcome: 'invalid', faults: checked.faults };
	const outcome = siteRefusal(sites, checked.event.site ?? site, origin);
	if (outcome === undefined) return checked;
	const field = outcome === 'unknown-site' ? 'site' : 'Origin';
	return { ok: false, outcome, faults: [{ field, message: outcomes[outcome].meaning }] };
}
