import { type ContentCoding, contentCodings } from '@footfall/protocol';
import type { BodyCoding } from '../inflate/body-coding.js';
import type { BodyInflater } from '../inflate/body-inflater.js';
import type { Inflated } from '../inflate/inflate.js';
import type { FairAnswer } from '../limits/fair-thread.js';
import { workBytes } from '../limits/rate-limits.js';
import type { SenderAddress } from '../limits/sender-address.js';
import { acceptedCodings, type CodingFault, json, type Reply, type Route } from './http.js';
import { type Bounds, bodyRefusals, retryLaterReply } from './request-limits.js';

type Bodied = Pick<Route, 'bodyBytesMax' | 'tooLarge' | 'busy' | 'retryLater' | 'undecodable'>;

/** A body as its route reads it, or the reply if there is none. */
export type UnpackedBody = { ok: true; bytes: Uint8Array } | { ok: false; reply: Reply };

/**
 * Inflates a compressed body. The caller may reuse its bytes after the call. Its route charges the inflated bytes to
 * the sender, as it does with those of other bodies.
 *
 * @param coding `undefined` for one that is not read
 */
export async function unpackBody(
	bytes: Uint8Array,
	coding: BodyCoding | undefined,
	route: Bodied,
	sender: SenderAddress,
	{ rateLimits, inflater }: Bounds & { inflater?: BodyInflater | undefined },
): Promise<UnpackedBody> {
	if (coding === 'identity') return { ok: true, bytes };
	if (coding === undefined || inflater === undefined) {
		rateLimits?.charge(sender, workBytes.refusal + bytes.length);
		return { ok: false, reply: undecodable(route, unsupported) };
	}
	const { length } = bytes;
	const result = await inflater.inflate({ bytes, coding, bytesMax: route.bodyBytesMax }, sender);
	if (result.kind === 'answered' && result.answer.ok) return result.answer;
	if (result.kind === 'limited') rateLimits?.chargeUnchecked(sender, result.retryLater.reason, length);
	return { ok: false, reply: replyTo(result, route, coding) };
}

function replyTo(result: FairAnswer<Inflated>, route: Bodied, coding: ContentCoding): Reply {
	if (result.kind === 'limited') return route.retryLater?.(result.retryLater) ?? retryLaterReply(result.retryLater);
	if (result.kind !== 'answered') return route.busy?.(noBytes) ?? bodyRefusals.busy;
	if (!result.answer.ok && result.answer.reason === 'too-large') return route.tooLarge?.() ?? bodyRefusals.tooLarge;
	return undecodable(route, { outcome: 'malformed', message: `the body is not valid ${coding}` });
}

const noBytes = new Uint8Array(0);

const unsupported: CodingFault = {
	outcome: 'unsupported-encoding',
	message: `compress the body with one of ${contentCodings.join(', ')}, or not at all`,
};

function undecodable(route: Bodied, why: CodingFault): Reply {
	const status = why.outcome === 'malformed' ? 400 : 415;
	return route.undecodable?.(why) ?? json(status, { error: why.message }, ...acceptedCodings(why.outcome));
}
