import { limits } from '@footfall/protocol';
import type { Metrics } from '../../metrics.js';
import { type Answer, retryAfterMs, statusOf } from '../intake/answer.js';
import type { Intake } from '../intake/intake.js';
import type { SiteTable } from '../intake/site-table.js';
import type { FairTurns } from '../limits/fair-scheduler.js';
import { type Admission, workBytes } from '../limits/rate-limits.js';
import type { Sender, SenderAddress } from '../limits/sender-address.js';
import { type Client, json, preflight, type Reply, type Request, type Route, retryAfter } from '../transport/http.js';
import type { BodyJudge, BodyVerdict, BodyWait } from './body-validator.js';
import { listOutcomes } from './list-report.js';
import { problem } from './problem.js';
import { type JsonBody, type JudgedBody, judgeBody } from './validate-body.js';

/** The addresses of the JSON door, which are the same. */
const eventsPaths = ['/v1/events', '/events', '/events/'] as const;

/** What the JSON door works with. */
export interface EventsParts {
	intake: Intake;
	sites: SiteTable;
	metrics: Metrics;
	admission: Admission;
	turns: FairTurns;
	judge: BodyJudge;
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
			putOff: ({ reason, retryAfterMs }) => deferred(parts.intake.defer(undefined, reason, retryAfterMs)),
			handle: (request) => door.take(request),
		},
		preflight(path),
	]);
}

/**
 * Maximum size of a body that is judged on the event loop, as most bodies of one event are: handing it to the thread
 * would take longer. A body of this size with invalid events only takes about 5 ms.
 */
const smallBytesMax = 4_096;

const storedOne = json(200, { outcome: 'stored', events: 1 });

class JsonDoor {
	readonly #parts: EventsParts;

	constructor(parts: EventsParts) {
		this.#parts = parts;
	}

	take({ headers, query, client, sender: { address, isExempt, network, wideNetwork }, body: bytes }: Request) {
		const { origin } = headers;
		const sender = { address, isExempt, network, wideNetwork, origin, userAgent: headers['user-agent'] };
		const site = (query === '' ? null : new URLSearchParams(query).get('site')) ?? this.#parts.defaultSite;
		const body = { bytes, contentType: headers['content-type'], site, origin };
		const verdict = this.#judgeNow(body, sender);
		if (verdict !== undefined) return this.#answer(verdict, sender, client, bytes.length);
		// The library takes the bytes back after the callback returns.
		const { length } = bytes;
		return this.#parts.judge.judge(body, sender, client).then((later) => this.#answer(later, sender, client, length));
	}

	#answer(verdict: BodyVerdict, sender: Sender, client: Client, bytes: number): Reply | Promise<Reply> {
		this.#charge(sender, verdict, bytes);
		switch (verdict.kind) {
			case 'gone':
				return goneReply;
			case 'wait':
				return this.#putOff(sender, verdict.wait, bytes);
			case 'refused':
				this.#parts.metrics.rejected(verdict.outcome);
				return problem(verdict.outcome, verdict.faults);
			default:
				// Not what nobody waits for: it would be sent again, and most events have no id that tells.
				return client.isGone ? goneReply : this.#store(verdict, sender, client);
		}
	}

	/** Counts what a body was besides its bytes, also for a sender that has not waited for the answer. */
	#charge(sender: Sender, verdict: BodyVerdict, bytes: number): void {
		const { admission } = this.#parts;
		if (verdict.kind === 'gone') admission.charge(sender, bytes);
		else if (verdict.kind === 'refused') admission.charge(sender, verdict.judged * workBytes.refusal);
		else if (verdict.kind === 'list') admission.charge(sender, verdict.report.rejected * workBytes.refusal);
	}

	tooLarge(): Reply {
		const fault = { field: '', message: `at most ${limits.jsonBodyBytesMax} bytes are allowed` };
		this.#parts.metrics.rejected('too-large');
		return problem('too-large', [fault]);
	}

	/**
	 * Defers a sender and charges it for the wasted work. The charge is small where there was no room: receiving a
	 * large body costs the collector much less than judging it.
	 */
	#putOff(sender: SenderAddress, { reason, retryAfterMs }: BodyWait, bytes: number): Reply {
		if (reason !== 'stopping')
			this.#parts.admission.chargePutOff(sender, reason, reason === 'busy' ? bytes / 8 : bytes);
		return deferred(this.#parts.intake.defer(undefined, reason, retryAfterMs));
	}

	/** Judges a small body at once, unless the time of this turn is used up or other requests of its network wait. */
	#judgeNow(body: JsonBody, sender: SenderAddress): BodyVerdict | undefined {
		const { sites, turns, admission } = this.#parts;
		if (body.bytes.length > smallBytesMax) return undefined;
		if (sender.isExempt) return judgeBody(body, sites);
		const wait = admission.debt(sender);
		if (wait !== undefined) return { kind: 'wait', wait };
		if (!turns.isOpenTo(sender)) return undefined;
		admission.charge(sender, body.bytes.length);
		return turns.now(() => judgeBody(body, sites));
	}

	/** Stores the good events together, or none of them when they are deferred. */
	async #store(judged: Exclude<JudgedBody, { kind: 'refused' }>, sender: Sender, client: Client): Promise<Reply> {
		const { intake, metrics } = this.#parts;
		if (judged.frames.length > 0) {
			const answer = await intake.takeAll(judged.frames, sender, client);
			if (answer.outcome !== 'stored') return deferred(answer);
		}
		if (judged.kind === 'one') return storedOne;
		// Not before: who is told to come again sends the same faults again.
		for (const [reason, count] of judged.rejected) metrics.eventsRejected(reason, count);
		return json(listOutcomes[judged.report.outcome].status, judged.report);
	}
}

/** A reply to a client that has disconnected; it is never sent. */
const goneReply: Reply = { status: 503, headers: [] };

function deferred(answer: Answer): Reply {
	const { outcome, retryAfterMs } = answer;
	return json(statusOf(answer), { outcome, events: 0, retryAfterMs }, ...retryAfter(retryAfterMs));
}
