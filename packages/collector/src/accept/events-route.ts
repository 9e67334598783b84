import { limits, outcomes, type Rejection } from '@footfall/protocol';
import type { Metrics } from '../metrics.js';
import { statusOf } from './answer.js';
import { json, preflight, type Reply, type Request, type Route, retryAfter } from './http.js';
import type { Intake } from './intake.js';
import { type Fault, parseBody } from './json-body.js';
import { framesOf } from './json-frames.js';

const paths = ['/v1/events', '/events', '/events/'];

/**
 * `POST /v1/events` and `POST /events/`: one JSON event, an array, or NDJSON. A body is taken or refused as a whole.
 *
 * @param defaultSite site of events that name none, where the query names none either
 */
export function eventsRoutes(intake: Intake, metrics: Metrics, defaultSite: string): Route[] {
	const refuse = (reason: Rejection, faults: readonly Fault[]) => {
		metrics.rejected(reason);
		return problem(reason, faults);
	};
	const handle = async ({ body, headers, query }: Request): Promise<Reply> => {
		const parsed = parseBody(body);
		if (!parsed.ok) return refuse(parsed.reason, parsed.faults);
		const site = new URLSearchParams(query).get('site') ?? defaultSite;
		const sender = { origin: headers.origin, userAgent: headers['user-agent'] };
		const answer = await intake.takeAll(framesOf(parsed.events, site), sender);
		const { outcome, retryAfterMs, detail } = answer;
		// The intake has counted this rejection.
		if (detail !== undefined) return problem(outcome, [{ field: detail, message: outcomes[outcome].meaning }]);
		const events = outcome === 'stored' ? parsed.events.length : 0;
		return json(statusOf(answer), { outcome, events, retryAfterMs }, ...retryAfter(retryAfterMs));
	};
	const tooLarge = () =>
		refuse('too-large', [{ field: '', message: `the body may have at most ${limits.jsonBodyBytesMax} bytes` }]);
	return paths.flatMap((path): Route[] => [
		{ method: 'post', path, bodyBytesMax: limits.jsonBodyBytesMax, tooLarge, handle },
		preflight(path),
	]);
}

/** A refusal as RFC 9457 problem details; `errors` name the fields. */
function problem(outcome: keyof typeof outcomes, faults: readonly Fault[]): Reply {
	const { status, meaning } = outcomes[outcome];
	const [first] = faults;
	const detail = first === undefined || first.field === '' ? first?.message : `${first.field}: ${first.message}`;
	const reply = json(status, { type: 'about:blank', title: meaning, status, detail, outcome, errors: faults });
	return { ...reply, headers: [['Content-Type', 'application/problem+json'], ...reply.headers.slice(1)] };
}
