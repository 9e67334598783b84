import { limits, type Rejection } from '@footfall/protocol';
import type { Body, Item } from '../json-body.js';
import type { Fault } from '../json-event.js';
import { type SegmentCall, type SegmentContext, segmentEvent } from './segment-event.js';

/** The messages of a body of Segment's HTTP API as events of the JSON endpoint, or the reason for refusing it. */
export type SegmentItems =
	| { ok: true; items: readonly Item[] }
	| { ok: false; reason: Rejection; fault: Fault; parsed: number };

/** Reads the messages of a body. Pure. */
export function segmentItems(body: Body, call: SegmentCall, context: SegmentContext): SegmentItems {
	if (body.kind === 'refused') return { ok: false, reason: body.reason, fault: body.fault, parsed: body.parsed };
	const messages = body.kind === 'list' ? undefined : messagesOf(body.value, call);
	if (messages === undefined) return refuse('invalid', 'must be an object, and have a list in batch at /batch');
	if (messages.length === 0) return refuse('invalid', 'the body contains no event');
	if (messages.length > limits.jsonEventsMax) {
		return refuse('limit-exceeded', `at most ${limits.jsonEventsMax} events are allowed in a body`);
	}
	return {
		ok: true,
		items: messages.map((message) => ({ line: undefined, value: segmentEvent(message, call, context) })),
	};
}

function messagesOf(value: unknown, call: SegmentCall): readonly unknown[] | undefined {
	if (typeof value !== 'object' || value === null) return undefined;
	if (call !== 'batch') return [value];
	const { batch } = value as { batch?: unknown };
	return Array.isArray(batch) ? batch : undefined;
}

function refuse(reason: Rejection, message: string): SegmentItems {
	return { ok: false, reason, fault: { field: '', message }, parsed: 1 };
}
