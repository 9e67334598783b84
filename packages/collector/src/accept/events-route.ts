import { setImmediate } from 'node:timers/promises';
import { limits, type Rejection } from '@footfall/protocol';
import type { Metrics } from '../metrics.js';
import { type Answer, retryAfterMs, statusOf } from './answer.js';
import { json, preflight, type Reply, type Request, type Route, retryAfter } from './http.js';
import type { Intake, Sender } from './intake.js';
import { type Item, readBody } from './json-body.js';
import type { Fault, JsonEvent } from './json-event.js';
import { framesOf } from './json-frames.js';
import { type Circumstances, judgeEvent } from './judge-event.js';
import { ListErrors, listOutcomes } from './list-report.js';
import { problem } from './problem.js';
import type { SiteTable } from './site-table.js';

/** The addresses of the JSON door, which are the same. */
const eventsPaths = ['/v1/events', '/events', '/events/'] as const;

/** What the JSON door works with. */
export interface EventsParts {
	intake: Intake;
	sites: SiteTable;
	metrics: Metrics;
	/** Site of events that name none, where the query names none either. */
	defaultSite: string;
}

/** `POST /v1/events` and `POST /events/`: one JSON event, an array, or NDJSON. */
export function eventsRoutes(parts: EventsParts): Route[] {
	const door = new JsonDoor(parts);
	return eventsPaths.flatMap((path): Route[] => [
		{
			method: 'post',
			path,
			bodyBytesMax: limits.jsonBodyBytesMax,
			tooLarge: () => door.tooLarge(),
			busy: () => deferred(parts.intake.defer(undefined, 'busy', retryAfterMs.busy)),
			handle: (request) => door.take(request),
		},
		preflight(path),
	]);
}

/** Events judged before others get their turn: a body of nothing but faults would hold them up for half a second. */
const itemsPerTurn = 100;

const storedOne = json(200, { outcome: 'stored', events: 1 });

class JsonDoor {
	readonly #parts: EventsParts;

	constructor(parts: EventsParts) {
		this.#parts = parts;
	}

	take({ body, headers, query, address }: Request): Reply | Promise<Reply> {
		const read = readBody(body, headers['content-type']);
		if (read.kind === 'refused') return this.#refuse(read.reason, [read.fault]);
		const { sites, defaultSite } = this.#parts;
		const site = new URLSearchParams(query).get('site') ?? defaultSite;
		const sender = { origin: headers.origin, userAgent: headers['user-agent'], address };
		const circumstances = { sites, site, origin: headers.origin };
		if (read.kind === 'one') return this.#takeOne(read.value, circumstances, sender);
		return this.#takeList(read.items, circumstances, sender);
	}

	tooLarge(): Reply {
		return this.#refuse('too-large', [{ field: '', message: `at most ${limits.jsonBodyBytesMax} bytes are allowed` }]);
	}

	async #takeOne(value: unknown, circumstances: Circumstances, sender: Sender): Promise<Reply> {
		const judged = judgeEvent(value, circumstances);
		if (!judged.ok) return this.#refuse(judged.outcome, judged.faults);
		const answer = await this.#parts.intake.takeAll(framesOf([judged.event], circumstances.site), sender);
		return answer.outcome === 'stored' ? storedOne : deferred(answer);
	}

	/** Stores the good events together, or none of them when the log defers. */
	async #takeList(items: readonly Item[], circumstances: Circumstances, sender: Sender): Promise<Reply> {
		const { intake, metrics } = this.#parts;
		const events: JsonEvent[] = [];
		const errors = new ListErrors();
		for (const [index, item] of items.entries()) {
			if ((index + 1) % itemsPerTurn === 0) await setImmediate();
			const judged = judgeItem(item, circumstances);
			if (judged.ok) events.push(judged.event);
			else errors.add(index, item, judged.outcome, judged.faults);
		}
		if (events.length > 0) {
			const answer = await intake.takeAll(framesOf(events, circumstances.site), sender);
			if (answer.outcome !== 'stored') return deferred(answer);
		}
		// Not before: who is told to come again sends the same faults again.
		for (const [reason, count] of errors.counts) metrics.eventsRejected(reason, count);
		const report = errors.report(events.length);
		return json(listOutcomes[report.outcome].status, report);
	}

	#refuse(reason: Rejection, faults: readonly Fault[]): Reply {
		this.#parts.metrics.rejected(reason);
		return problem(reason, faults);
	}
}

function judgeItem({ value }: Item, circumstances: Circumstances): ReturnType<typeof judgeEvent> {
	if (value !== undefined) return judgeEvent(value, circumstances);
	return { ok: false, outcome: 'malformed', faults: [{ field: '', message: 'the line is not JSON' }] };
}

function deferred(answer: Answer): Reply {
	const { outcome, retryAfterMs } = answer;
	return json(statusOf(answer), { outcome, events: 0, retryAfterMs }, ...retryAfter(retryAfterMs));
}
