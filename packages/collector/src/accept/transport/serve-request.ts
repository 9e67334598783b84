import { bodyCoding } from '../inflate/body-coding.js';
import type { BodyInflater } from '../inflate/body-inflater.js';
import type { MemoryBudget } from '../limits/memory-budget.js';
import { workBytes } from '../limits/rate-limits.js';
import type { SenderAddress } from '../limits/sender-address.js';
import { Body, type BodyRefusal } from './body.js';
import type { Exchange, RepeatedLines } from './engine.js';
import { type Answering, type Client, json, type Reply, type Request } from './http.js';
import {
	type Bounds,
	bodyRefusals,
	hasTooManyChunks,
	retryLaterFor,
	retryLaterReply,
	runScheduled,
} from './request-limits.js';
import { unpackBody } from './unpack-body.js';

/** State that all requests of a server share. */
export interface RequestParts extends Bounds {
	/** Returns the sender of a request. */
	senderOf: (peer: string, lines: RepeatedLines) => SenderAddress;
	bodyBudget: MemoryBudget;
	inflater: BodyInflater | undefined;
}

/**
 * Returns the refusal of a request whose body may end elsewhere for a proxy in front: one with several lengths, or with
 * a transfer coding besides `chunked`, which uWebSockets.js takes for it. Undefined for any other request.
 */
export function ambiguity({ contentLengths, transferEncoding }: RepeatedLines): Reply | undefined {
	if (contentLengths > 1) return severalLengths;
	return transferEncoding === '' || transferEncoding.toLowerCase() === ',chunked' ? undefined : otherCoding;
}

const severalLengths = json(400, { error: 'A request may have only one Content-Length.' });
const otherCoding = json(400, { error: 'The only Transfer-Encoding is chunked.' });

/** The route for all other requests. */
export const nowhere: Answering = {
	bodyBytesMax: 0,
	handle: () => json(404, { error: 'There is nothing at this address.' }),
};

const internalError: Reply = json(500, { error: 'The collector could not handle this request.' });

/** Handles a request within the limits of its sender: reads its body, runs its route, and answers. */
export function serveRequest(route: Answering, exchange: Exchange, parts: RequestParts): void {
	const lines = exchange.repeatedLines();
	const ambiguous = ambiguity(lines);
	if (ambiguous !== undefined) {
		exchange.answer(ambiguous, true);
		return;
	}
	const sender = parts.senderOf(exchange.peer, lines);
	const length = exchange.header('content-length');
	// Without a length, as with chunked encoding, the amount to read for a `retry-later` answer is unknown.
	const isReadInDebt = route.readsInDebt === true && length !== '' && Number(length) <= route.bodyBytesMax;
	const wait = retryLaterFor(sender, route.bodyBytesMax === 0 || isReadInDebt, parts);
	if (wait !== undefined) {
		exchange.answer(route.retryLater?.(wait) ?? retryLaterReply(wait), true);
		return;
	}
	const client: Client = { isGone: false };
	const body = new Body(route.bodyBytesMax, parts.bodyBudget, sender);
	exchange.onAborted(() => {
		// Receiving an aborted body was work too.
		parts.rateLimits?.charge(sender, body.bytes);
		client.isGone = true;
		body.drop();
		client.onGone?.();
	});
	const reply = (result: Reply, close = false) => {
		if (!client.isGone) exchange.answer(result, close);
		client.isGone = true;
	};
	const request: Request = { query: exchange.query, headers: headersOf(exchange), sender, client, body: noBody };
	const run = (whole: Uint8Array) => {
		request.body = whole;
		try {
			const result = route.handle(request);
			if (result instanceof Promise) result.then(reply, () => reply(internalError));
			else reply(result);
		} catch {
			reply(internalError);
		}
	};
	if (route.bodyBytesMax === 0) {
		runScheduled(sender, parts, () => run(noBody));
		return;
	}
	const isAnnouncedTooLarge = Number(length) > route.bodyBytesMax;
	const coding = bodyCoding(lines.contentEncoding);
	const unpackAndRun = (whole: Uint8Array) => {
		unpackBody(whole, coding, route, sender, parts).then(
			(unpacked) => (unpacked.ok ? run(unpacked.bytes) : reply(unpacked.reply)),
			() => reply(internalError),
		);
	};
	readBody(exchange, body, {
		check: (chunk, isLast) => {
			if (isAnnouncedTooLarge) return 'tooLarge';
			const why = body.add(chunk, isLast);
			return why ?? (hasTooManyChunks(body, isReadInDebt, sender, parts) ? 'busy' : undefined);
		},
		// Most bodies are not compressed, and are handled in the same task.
		done: coding === 'identity' ? run : unpackAndRun,
		refuse: (why, chunk) => {
			parts.rateLimits?.charge(sender, workBytes.refusal + body.bytes);
			const received = body.bytes === 0 ? chunk : body.received;
			reply(route[why]?.(received) ?? bodyRefusals[why], true);
		},
	});
}

const noBody = new Uint8Array(0);

/** Reads the headers by name, so that all requests have objects of one shape and no arrays are allocated. */
function headersOf(exchange: Exchange): Request['headers'] {
	return {
		origin: exchange.header('origin'),
		authorization: exchange.header('authorization'),
		'user-agent': exchange.header('user-agent'),
		'content-type': exchange.header('content-type'),
		'accept-encoding': exchange.header('accept-encoding'),
		'if-none-match': exchange.header('if-none-match'),
	};
}

interface BodyReader {
	/**
	 * Takes a chunk.
	 * @returns the reason for refusing the body, if there is one
	 */
	check(chunk: Uint8Array, isLast: boolean): BodyRefusal | undefined;
	done(whole: Uint8Array): void;
	/** @param chunk the chunk that led to the refusal */
	refuse(why: BodyRefusal, chunk: Uint8Array): void;
}

/** Reads a body and checks each chunk: no engine limits bodies. */
function readBody(exchange: Exchange, body: Body, { check, done, refuse }: BodyReader): void {
	let refused = false;
	exchange.onBody((bytes, isLast) => {
		if (refused) return;
		const why = check(bytes, isLast);
		if (why === undefined) {
			if (isLast) done(body.take());
			return;
		}
		refused = true;
		refuse(why, bytes);
		body.drop();
	});
}
