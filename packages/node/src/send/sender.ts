import { FootfallError } from '../options.js';
import { type Result, readAnswer, type Verdict } from './answer.js';
import { retryWaitMs } from './retry-wait.js';
import type { WaitingEvent } from './waiting-events.js';

/** Dependencies of a sender. */
export interface SenderParts {
	/** Address of the JSON endpoint. */
	endpoint: string;
	/** `Authorization` header; undefined for none. */
	authorization: string | undefined;
	timeoutMs: number;
	onError: (error: FootfallError) => void;
	/** Called for every event that is settled. */
	onVerdict: (event: WaitingEvent, verdict: Verdict) => void;
}

/** Attempts in a row without an answer of a collector after which the condition is told. */
const failuresTold = 3;

/** Sends requests one after the other, each until the collector has settled all of its events. */
export class Sender {
	readonly #parts: SenderParts;
	readonly #stopping = new AbortController();
	readonly #fieldsTold = new Set<string>();
	#failures = 0;
	#tryNow: () => void = () => {};

	constructor(parts: SenderParts) {
		this.#parts = parts;
	}

	/** Resolves when every event is settled, or when the sender was stopped. */
	async deliver(events: readonly WaitingEvent[]): Promise<void> {
		while (!this.#stopping.signal.aborted) {
			const result = await this.#post(events);
			if (result.kind === 'settled') return this.#settle(events, result);
			if (result.kind === 'split') {
				const half = events.length >> 1;
				await this.deliver(events.slice(0, half));
				return this.deliver(events.slice(half));
			}
			this.#failures++;
			if (this.#failures === failuresTold) this.#parts.onError(unreachable(this.#parts.endpoint, result.why));
			await this.#wait(retryWaitMs(this.#failures, result.afterMs, Math.random()));
		}
	}

	/** Ends the wait for the next attempt, if there is one. */
	tryNow(): void {
		this.#tryNow();
	}

	/** Aborts the request; its events are not settled. */
	stop(): void {
		this.#stopping.abort();
		this.#tryNow();
	}

	async #post(events: readonly WaitingEvent[]): Promise<Result> {
		const { endpoint, authorization, timeoutMs } = this.#parts;
		try {
			const response = await fetch(endpoint, {
				method: 'POST',
				headers: { 'Content-Type': 'application/json', ...(authorization && { Authorization: authorization }) },
				body: `[${events.map(({ text }) => text).join(',')}]`,
				// A redirect would become a GET without the events.
				redirect: 'manual',
				signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), this.#stopping.signal]),
			});
			return readAnswer(response.status, await response.text(), events.length);
		} catch (error) {
			return { kind: 'retry', afterMs: undefined, why: reasonOf(error) };
		}
	}

	#settle(events: readonly WaitingEvent[], result: Extract<Result, { kind: 'settled' }>): void {
		const { verdicts, unknownFields, notice } = result;
		this.#failures = 0;
		events.forEach((event, index) => {
			this.#parts.onVerdict(event, verdicts[index] ?? { kind: 'stored' });
		});
		const fields = unknownFields.filter((field) => !this.#fieldsTold.has(field));
		if (fields.length === 0) return;
		for (const field of fields) this.#fieldsTold.add(field);
		const older = `The collector stores no fields ${fields.join(', ')}: it is older than this package. Upgrade it.`;
		const message = notice === undefined ? older : `${notice} Give the option \`key\`.`;
		this.#parts.onError(new FootfallError('fields-not-stored', message));
	}

	#wait(ms: number): Promise<void> {
		return new Promise((resolve) => {
			const timer = setTimeout(resolve, ms);
			this.#tryNow = () => {
				clearTimeout(timer);
				resolve();
			};
		});
	}
}

/** The innermost cause, such as `connect ECONNREFUSED 127.0.0.1:7070`. */
function reasonOf(error: unknown): string {
	const { cause, message } = error as Error;
	return cause instanceof Error && cause.message !== '' ? cause.message : message;
}

function unreachable(endpoint: string, why: string): FootfallError {
	const message = `The collector at ${endpoint} cannot be reached: ${why}. The events wait, and are sent again.`;
	return new FootfallError('unreachable', message);
}
