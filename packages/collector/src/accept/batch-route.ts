import { limits } from '@footfall/protocol';
import { batchHead } from '@footfall/protocol/decode';
import type { Metrics } from '../metrics.js';
import { type Answer, ackMessage, retryAfterMs, statusOf } from './intake/answer.js';
import type { Intake } from './intake/intake.js';
import { acceptedCodings, json, preflight, type Reply, type Route, retryAfter } from './transport/http.js';

/** `POST /v1/batch`: one batch as the body, sent with sendBeacon or fetch. The answers are those of the socket. */
export function batchRoutes(intake: Intake, metrics: Metrics): Route[] {
	return [
		{
			method: 'post',
			path: '/v1/batch',
			bodyBytesMax: limits.batchBytesMax,
			tooLarge: () => {
				metrics.rejected('too-large');
				return replyOf({ outcome: 'too-large', head: undefined });
			},
			undecodable: ({ outcome }) => {
				metrics.rejected(outcome);
				return replyOf({ outcome, head: undefined }, ...acceptedCodings(outcome));
			},
			busy: (received) => replyOf(intake.retryLater(batchHead(received), 'busy', retryAfterMs.busy)),
			// A page observes the wait only if the answer names its batch, so the body is read, but not checked.
			readsInDebt: true,
			retryLater: ({ reason, retryAfterMs }) => replyOf(intake.retryLater(undefined, reason, retryAfterMs)),
			async handle({ body, headers, sender }) {
				return replyOf(
					await intake.take(body, { ...sender, origin: headers.origin, userAgent: headers['user-agent'] }),
				);
			},
		},
		preflight('/v1/batch'),
	];
}

function replyOf(answer: Answer, ...headers: Reply['headers']): Reply {
	return json(statusOf(answer), ackMessage(answer), ...retryAfter(answer.retryAfterMs), ...headers);
}
