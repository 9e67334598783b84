import { limits } from '@footfall/protocol';
import type { Metrics } from '../../metrics.js';
import { type Answer, retryAfterMs, statusOf } from '../intake/answer.js';
import type { Intake, JsonSender } from '../intake/intake.js';
import type { SiteSettings } from '../intake/site-settings.js';
import { givenKey } from '../intake/write-keys.js';
import type { FairScheduler } from '../limits/fair-scheduler.js';
import { type ExceededLimit, type RateLimits, workBytes } from '../limits/rate-limits.js';
import type { SenderAddress } from '../limits/sender-address.js';
import {
	type Client,
	type CodingFault,
	json,
	preflight,
	type Reply,
	type Request,
	type Route,
	retryAfter,
} from '../transport/http.js';
import type { BodyResult, BodyRetryLater, BodyValidator } from './body-validator.js';
import { listOutcomes, notStored } from './list-report.js';
import { problem } from './problem.js';
import { type SegmentCall, segmentCalls } from './segment/segment-event.js';
import { segmentReply } from './segment/segment-reply.js';
import { type JsonBody, type ValidatedBody, validateBody } from './validate-body.js';

/** The paths of the JSON endpoint, which are equivalent. */
export const eventsPaths = ['/v1/events', '/v1/events/', '/events', '/events/'] as const;

/** Dependencies of the JSON endpoint. */
export interface EventsParts {
	intake: Intake;
	siteSettings: SiteSettings;
	visitorSecret: string;
	metrics: Metrics;
	rateLimits: RateLimits;
	scheduler: FairScheduler;
	validator: BodyValidator;
}

/** `POST /v1/events` and `POST /events/`: one JSON event, an array, or NDJSON. */
export function eventsRoutes(parts: EventsParts): Route[] {
	const endpoint = new EventsEndpoint(parts);
	return eventsPaths.flatMap((path): Route[] => [
		{
			method: 'post',
			path,
			bodyBytesMax: limits.jsonBodyBytesMax,
			tooLarge: () => endpoint.tooLarge(),
			undecodable: (why) => endpoint.undecodable(why),
			busy: () => retryLaterReply(parts.intake.retryLater(undefined, 'busy', retryAfterMs.busy)),
			retryLater: ({ reason, retryAfterMs }) =>
				retryLaterReply(parts.intake.retryLater(undefined, reason, retryAfterMs)),
			handle: (request) => endpoint.take(request),
		},
		preflight(path),
	]);
}

/**
 * `POST /v1/segment/track` and the others: the calls of Segment's HTTP API, with a write key. Pages have none, so there
 * is no answer to a preflight request.
 */
export function segmentRoutes(parts: EventsParts): Route[] {
	const endpoint = new EventsEndpoint(parts);
	const retryLater = (reason: ExceededLimit | 'busy', afterMs: number) =>
		retryLaterReply(parts.intake.retryLater(undefined, reason, afterMs));
	return segmentCalls.map((call) => ({
		method: 'post',
		path: `/v1/segment/${call}`,
		bodyBytesMax: limits.jsonBodyBytesMax,
		tooLarge: () => endpoint.tooLarge(),
		undecodable: (why) => endpoint.undecodable(why),
		busy: () => retryLater('busy', retryAfterMs.busy),
		retryLater: ({ reason, retryAfterMs }) => retryLater(reason, retryAfterMs),
		handle: async (request) => segmentReply(await endpoint.take(request, call)),
	}));
}

/**
 * Maximum size of a body that is validated on the event loop, bytes. Most bodies of one event are smaller, and handing
 * them to the thread would take longer. A body of this size with only invalid events takes about 5 ms.
 */
const smallBytesMax = 4_096;

const oneStored = { outcome: 'stored', events: 1 } as const;
const storedOne = json(200, oneStored);

class EventsEndpoint {
	readonly #parts: EventsParts;

	constructor(parts: EventsParts) {
		this.#parts = parts;
	}

	take({ headers, query, client, sender: from, body: bytes }: Request, call?: SegmentCall): Reply | Promise<Reply> {
		const { origin } = headers;
		const key = givenKey(this.#parts.siteSettings.writeKeys, headers.authorization);
		if (key.kind === 'wrong' || (call !== undefined && key.kind === 'none')) return this.#wrongKey(from, bytes.length);
		const keySite = key.kind === 'valid' ? key.site : '';
		const isKeyed = keySite !== '';
		const { address, isExempt, network, wideNetwork } = from;
		const sender = { address, isExempt, network, wideNetwork, origin, userAgent: headers['user-agent'], isKeyed };
		const named = query === '' ? null : new URLSearchParams(query).get('site');
		const site = named ?? (isKeyed ? keySite : this.#parts.siteSettings.defaultSite);
		const body = { bytes, contentType: headers['content-type'], site, origin, keySite, call };
		const result = this.#validateNow(body, sender);
		if (result !== undefined) return this.#answer(result, sender, client, bytes.length);
		// The bytes are valid only until the handler returns.
		const { length } = bytes;
		return this.#parts.validator
			.validate(body, sender, client)
			.then((later) => this.#answer(later, sender, client, length));
	}

	#answer(result: BodyResult, sender: JsonSender, client: Client, bytes: number): Reply | Promise<Reply> {
		this.#charge(sender, result, bytes);
		switch (result.kind) {
			case 'gone':
				return goneReply;
			case 'retry-later':
				return this.#retryLater(sender, result.retryLater, bytes);
			case 'refused':
				this.#parts.metrics.rejected(result.outcome);
				return problem(result.outcome, result.faults);
			default:
				// If the client has disconnected, nothing is stored: it will resend the events, and most have no
				// `event_id`, so they would count twice.
				return client.isGone ? goneReply : this.#store(result, sender, client);
		}
	}

	/** Refuses a body before it is read, with a charge that makes guessing keys as expensive as other refused input. */
	#wrongKey(sender: SenderAddress, bytes: number): Reply {
		this.#parts.rateLimits.charge(sender, workBytes.refusal + bytes);
		this.#parts.metrics.rejected('unauthorized');
		return problem('unauthorized', [{ field: 'Authorization', message: 'the write key is not one of this collector' }]);
	}

	/** Charges the work that a body caused besides its bytes, also if its sender has not waited for the answer. */
	#charge(sender: SenderAddress, result: BodyResult, bytes: number): void {
		const { rateLimits } = this.#parts;
		if (result.kind === 'gone') rateLimits.charge(sender, bytes);
		else if (result.kind === 'refused') rateLimits.charge(sender, result.validated * workBytes.refusal);
		else if (result.kind === 'list') rateLimits.charge(sender, result.report.rejected * workBytes.refusal);
	}

	tooLarge(): Reply {
		const fault = { field: '', message: `at most ${limits.jsonBodyBytesMax} bytes are allowed` };
		this.#parts.metrics.rejected('too-large');
		return problem('too-large', [fault]);
	}

	undecodable({ outcome, message }: CodingFault): Reply {
		this.#parts.metrics.rejected(outcome);
		return problem(outcome, [{ field: outcome === 'malformed' ? '' : 'Content-Encoding', message }]);
	}

	/**
	 * Answers `retry-later` and charges the sender for the wasted work. The charge is small if the memory budget did
	 * not suffice: receiving a large body costs the collector much less than validating it.
	 */
	#retryLater(sender: SenderAddress, { reason, retryAfterMs }: BodyRetryLater, bytes: number): Reply {
		if (reason !== 'stopping')
			this.#parts.rateLimits.chargeUnchecked(sender, reason, reason === 'busy' ? bytes / 8 : bytes);
		return retryLaterReply(this.#parts.intake.retryLater(undefined, reason, retryAfterMs));
	}

	/**
	 * Validates a small body immediately, unless the time of this iteration of the event loop is used up or other
	 * requests of its network wait.
	 */
	#validateNow(body: JsonBody, sender: SenderAddress): BodyResult | undefined {
		const { siteSettings, visitorSecret, scheduler, rateLimits } = this.#parts;
		const settings = { sites: siteSettings.sites, writeKeys: siteSettings.writeKeys, visitorSecret };
		if (body.bytes.length > smallBytesMax) return undefined;
		if (sender.isExempt) return validateBody(body, settings);
		const retryLater = rateLimits.debt(sender);
		if (retryLater !== undefined) return { kind: 'retry-later', retryLater };
		if (!scheduler.hasTimeFor(sender)) return undefined;
		rateLimits.charge(sender, body.bytes.length);
		return scheduler.runNow(() => validateBody(body, settings));
	}

	/** Stores the valid events together, or none of them with `retry-later`. */
	async #store(
		validated: Exclude<ValidatedBody, { kind: 'refused' }>,
		sender: JsonSender,
		client: Client,
	): Promise<Reply> {
		const { intake, metrics } = this.#parts;
		if (validated.frames.length > 0) {
			const answer = await intake.takeAll(validated.frames, sender, client);
			if (answer.outcome !== 'stored') return retryLaterReply(answer);
		}
		if (validated.kind === 'one') {
			const { unknownFields } = validated;
			return unknownFields.length === 0 ? storedOne : json(200, { ...oneStored, ...notStored(unknownFields) });
		}
		// Counted only after the events were stored: with `retry-later`, the sender sends the same invalid events
		// again.
		for (const [reason, count] of validated.rejected) metrics.eventsRejected(reason, count);
		return json(listOutcomes[validated.report.outcome].status, validated.report);
	}
}

/** A reply to a client that has disconnected; it is never sent. */
const goneReply: Reply = { status: 503, headers: [] };

function retryLaterReply(answer: Answer): Reply {
	const { outcome, retryAfterMs } = answer;
	return json(statusOf(answer), { outcome, events: 0, retryAfterMs }, ...retryAfter(retryAfterMs));
}
