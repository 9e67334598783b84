import { outcomes, type Rejection } from '@footfall/protocol';
import { type SiteTable, siteRefusal } from '../intake/site-table.js';
import { checkSchema, type Fault, type JsonEvent, matchesSchema } from './json-event.js';
import { readFields } from './read-fields.js';

/** The context in which events are validated besides their schema. */
export interface ValidationContext {
	sites: SiteTable;
	/** Site of events that name no site. */
	site: string;
	/** `Origin` header of the request; empty if there is none. */
	origin: string;
}

/** A valid event and the names of its fields that are not stored, or its rejection. */
export type ValidatedEvent =
	| { ok: true; event: JsonEvent; unknown: readonly string[] }
	| { ok: false; outcome: Rejection; faults: readonly Fault[] };

/**
 * Validates one JSON value: its schema, site and origin. Never throws.
 *
 * @param isBrief whether the faults of the fields of an invalid event are omitted
 */
export function validateEvent(
	value: unknown,
	{ sites, site, origin }: ValidationContext,
	isBrief = false,
): ValidatedEvent {
	const { value: fields, unknown } = readFields(value);
	if (isBrief && !matchesSchema(fields)) return { ok: false, outcome: 'invalid', faults: [] };
	const checked = checkSchema(fields);
	if (!checked.ok) return { ok: false, outcome: 'invalid', faults: checked.faults };
	const outcome = siteRefusal(sites, checked.event.site ?? site, origin);
	if (outcome === undefined) return { ...checked, unknown };
	const field = outcome === 'unknown-site' ? 'site' : 'Origin';
	return { ok: false, outcome, faults: [{ field, message: outcomes[outcome].meaning }] };
}
