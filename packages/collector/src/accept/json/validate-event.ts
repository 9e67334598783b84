import { outcomes, type Rejection } from '@footfall/protocol';
import { type SiteTable, siteRefusal } from '../intake/site-table.js';
import { orderNeedsKey, type WriteKeys } from '../intake/write-keys.js';
import { isUuid } from './identity/event-id.js';
import { checkSchema, type Fault, hasNoUser, type JsonEvent, matchesSchema, missingUser } from './json-event.js';
import { withoutKeyedFields } from './keyed-fields.js';
import { isOrder } from './order-fields.js';
import { readFields } from './read-fields.js';

/** The context in which events are validated besides their schema. */
export interface ValidationContext {
	sites: SiteTable;
	writeKeys: WriteKeys;
	/** Site of events that name no site. */
	site: string;
	/** `Origin` header of the request; empty if there is none. */
	origin: string;
	/** Site of the write key of the request; empty if there is none. */
	keySite: string;
}

/** A valid event and the names of its fields that are not stored, or its rejection. */
export type ValidatedEvent =
	| { ok: true; event: JsonEvent; unknown: readonly string[] }
	| { ok: false; outcome: Rejection; faults: readonly Fault[] };

/**
 * Validates one JSON value: its schema, site and origin, and whether it needs a write key or a user. Never throws.
 *
 * @param isBrief whether the faults of the fields of an invalid event are omitted
 */
export function validateEvent(value: unknown, context: ValidationContext, isBrief = false): ValidatedEvent {
	const read = readFields(value);
	const { value: fields, unknown } = context.keySite === '' ? withoutKeyedFields(read) : read;
	if (isBrief && !matchesSchema(fields)) return { ok: false, outcome: 'invalid', faults: [] };
	const checked = checkSchema(fields);
	if (!checked.ok) return { ok: false, outcome: 'invalid', faults: checked.faults };
	return refusalOf(checked.event, context) ?? { ...checked, unknown };
}

/** The rejection of an event whose fields are valid. */
function refusalOf(event: JsonEvent, context: ValidationContext): ValidatedEvent | undefined {
	const { sites, writeKeys, origin, keySite } = context;
	const { site = context.site, event_id } = event;
	const outcome = siteRefusal(sites, site, origin);
	if (outcome !== undefined) {
		const field = outcome === 'unknown-site' ? 'site' : 'Origin';
		return { ok: false, outcome, faults: [{ field, message: outcomes[outcome].meaning }] };
	}
	// A page always knows its visitor or its user.
	if (keySite === '' && origin !== '' && hasNoUser(event))
		return { ok: false, outcome: 'invalid', faults: [missingUser] };
	if (keySite !== '') return keySite === site ? undefined : unauthorized(keyOfOtherSite);
	if (origin === '' && writeKeys.sites.has(site) && isOrder(event)) return unauthorized(orderNeedsKey);
	if (event_id === undefined || isUuid(event_id)) return undefined;
	const message = 'must be a UUID; any other text needs a write key';
	return { ok: false, outcome: 'invalid', faults: [{ field: 'event_id', message }] };
}

const keyOfOtherSite = 'the write key is not one of the site of the event';

function unauthorized(message: string): ValidatedEvent {
	return { ok: false, outcome: 'unauthorized', faults: [{ field: 'Authorization', message }] };
}
