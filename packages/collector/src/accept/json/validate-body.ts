import type { Rejection } from '@footfall/protocol';
import type { JsonFrame } from '../intake/intake.js';
import { type Item, readBody } from './json-body.js';
import type { Fault, JsonEvent } from './json-event.js';
import { framesOf } from './json-frames.js';
import { ListErrors, type ListReport } from './list-report.js';
import { type Circumstances, type Judged, judgeEvent } from './validate-event.js';

/** A JSON body, and the context besides the sites that it is judged in. */
export interface JsonBody extends Omit<Circumstances, 'sites'> {
	bytes: Uint8Array;
	/** Empty when there was none. */
	contentType: string;
}

/**
 * The verdict on a body: refused as a whole, after so many items were judged; or the frames of its good events. A list may
 * have none of these, and has a report of the other events, by outcome, which holds as soon as the frames are stored.
 */
export type JudgedBody =
	| { kind: 'refused'; outcome: Rejection; faults: readonly Fault[]; judged: number }
	| { kind: 'one'; frames: readonly JsonFrame[] }
	| { kind: 'list'; frames: readonly JsonFrame[]; report: ListReport; rejected: readonly [Rejection, number][] };

/** Judges a body. Never throws. */
export function judgeBody({ bytes, contentType, site, origin }: JsonBody, sites: Circumstances['sites']): JudgedBody {
	const circumstances = { site, origin, sites };
	const read = readBody(bytes, contentType);
	if (read.kind === 'refused') {
		return { kind: 'refused', outcome: read.reason, faults: [read.fault], judged: read.parsed };
	}
	if (read.kind === 'list') return judgeList(read.items, circumstances);
	const judged = judgeEvent(read.value, circumstances);
	if (!judged.ok) return { kind: 'refused', outcome: judged.outcome, faults: judged.faults, judged: 1 };
	return { kind: 'one', frames: framesOf([judged.event], circumstances.site) };
}

function judgeList(items: readonly Item[], circumstances: Circumstances): JudgedBody {
	const events: JsonEvent[] = [];
	const errors = new ListErrors();
	for (const [index, item] of items.entries()) {
		// Faults beyond the report are not computed: that would take several times as long as judging a valid event.
		const judged = judgeItem(item, circumstances, errors.isFull);
		if (judged.ok) events.push(judged.event);
		else errors.add(index, item, judged.outcome, judged.faults);
	}
	const frames = events.length > 0 ? framesOf(events, circumstances.site) : [];
	return { kind: 'list', frames, report: errors.report(events.length), rejected: [...errors.counts] };
}

function judgeItem({ value }: Item, circumstances: Circumstances, isBrief: boolean): Judged {
	if (value !== undefined) return judgeEvent(value, circumstances, isBrief);
	return { ok: false, outcome: 'malformed', faults: [{ field: '', message: 'the line is not JSON' }] };
}
