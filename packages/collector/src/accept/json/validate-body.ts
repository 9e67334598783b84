import type { Rejection } from '@footfall/protocol';
import type { JsonFrame } from '../intake/intake.js';
import { type Body, type Item, readBody } from './json-body.js';
import type { Fault, JsonEvent } from './json-event.js';
import { type FrameContext, framesOf } from './json-frames.js';
import { ListErrors, type ListReport } from './list-report.js';
import { addName } from './read-fields.js';
import { segmentItems } from './segment/segment-body.js';
import type { SegmentCall } from './segment/segment-event.js';
import { type ValidatedEvent, type ValidationContext, validateEvent } from './validate-event.js';

/** Settings of a collector on which the validation of a body depends. */
export interface ValidationSettings
	extends Pick<ValidationContext, 'sites' | 'writeKeys'>,
		Pick<FrameContext, 'visitorSecret'> {}

/** A JSON body, and the context of its validation without the settings of the collector. */
export interface JsonBody extends Omit<ValidationContext, keyof ValidationSettings> {
	bytes: Uint8Array;
	/** Value of `Content-Type`; empty if there is none. */
	contentType: string;
	/** The call of Segment's HTTP API that the body is of; `undefined` for events of Footfall. */
	call: SegmentCall | undefined;
}

/**
 * The result of validation: refused as a whole, after a number of items were validated; or the frames of the valid
 * events. A list may have no valid event, and has a report of its invalid events, by outcome, which applies once the
 * frames are stored.
 */
export type ValidatedBody =
	| { kind: 'refused'; outcome: Rejection; faults: readonly Fault[]; validated: number }
	| { kind: 'one'; frames: readonly JsonFrame[]; unknownFields: readonly string[] }
	| { kind: 'list'; frames: readonly JsonFrame[]; report: ListReport; rejected: readonly [Rejection, number][] };

/** Validates a body. Never throws. */
export function validateBody(
	{ bytes, contentType, site, origin, keySite, call }: JsonBody,
	settings: ValidationSettings,
): ValidatedBody {
	const { sites, writeKeys, visitorSecret } = settings;
	const context = { site, origin, keySite, sites, writeKeys, visitorSecret };
	const read = readBody(bytes, contentType);
	if (call !== undefined) return validateCall(read, call, context);
	if (read.kind === 'refused') {
		return { kind: 'refused', outcome: read.reason, faults: [read.fault], validated: read.parsed };
	}
	if (read.kind === 'list') return validateList(read.items, context);
	const validated = validateEvent(read.value, context);
	if (!validated.ok) return { kind: 'refused', outcome: validated.outcome, faults: validated.faults, validated: 1 };
	const frames = framesOf([validated.event], context);
	return { kind: 'one', frames, unknownFields: validated.unknown };
}

/** Validates a body of Segment's HTTP API, of which each message is one event of a list. */
function validateCall(body: Body, call: SegmentCall, context: ValidationContext & FrameContext): ValidatedBody {
	const { site, sites, visitorSecret } = context;
	const origins = sites.get(site);
	const [origin] = origins === undefined || origins === 'any' ? [] : origins;
	const url = `${origin ?? `https://${site}.invalid`}/`;
	const read = segmentItems(body, call, { site, visitorSecret, url, nowMs: Date.now() });
	if (read.ok) return validateList(read.items, context);
	return { kind: 'refused', outcome: read.reason, faults: [read.fault], validated: read.parsed };
}

function validateList(items: readonly Item[], context: ValidationContext & FrameContext): ValidatedBody {
	const events: JsonEvent[] = [];
	const errors = new ListErrors();
	const unknownFields: string[] = [];
	for (const [index, item] of items.entries()) {
		// Faults beyond the report are not collected: this would take several times as long as validating an event.
		const validated = validateItem(item, context, errors.isFull);
		if (validated.ok) {
			events.push(validated.event);
			for (const name of validated.unknown) addName(unknownFields, name);
		} else errors.add(index, item, validated.outcome, validated.faults);
	}
	const frames = events.length > 0 ? framesOf(events, context) : [];
	return { kind: 'list', frames, report: errors.report(events.length, unknownFields), rejected: [...errors.counts] };
}

function validateItem({ value }: Item, context: ValidationContext, isBrief: boolean): ValidatedEvent {
	if (value !== undefined) return validateEvent(value, context, isBrief);
	return { ok: false, outcome: 'malformed', faults: [{ field: '', message: 'the line is not JSON' }] };
}
