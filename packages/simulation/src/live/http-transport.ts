import { once } from 'node:events';
import * as http from 'node:http';
import * as https from 'node:https';
import { type Outcome, outcomes } from '@footfall/protocol';
import { type Answer, type Answered, headersOf, type Parcel, type Sender, type Transport } from './transport.js';

/** Sends each batch in an HTTP request over persistent connections: as `sendBeacon` does, or as JSON. */
export class HttpTransport implements Transport {
	readonly #url: URL;
	readonly #headers: Record<string, string>;
	readonly #origin: string | undefined;
	readonly #http: typeof http | typeof https;
	#agent: http.Agent | undefined;

	/**
	 * @param address URL of the collector, HTTP or HTTPS, such as `http://127.0.0.1:7070`
	 * @param kind `beacon`: frames to /v1/batch; `json`: arrays of events to /v1/events
	 * @param origin origin of the pages, as browsers name it @default none, as of a server
	 */
	constructor(address: string, kind: 'beacon' | 'json', origin?: string) {
		this.#origin = origin;
		this.#url = new URL(kind === 'beacon' ? '/v1/batch' : '/v1/events', address);
		this.#http = this.#url.protocol === 'https:' ? https : http;
		this.#headers = { 'Content-Type': kind === 'beacon' ? 'text/plain' : 'application/json' };
	}

	async open(senders: readonly Sender[]): Promise<void> {
		this.#agent = new this.#http.Agent({ keepAlive: true, maxSockets: senders.length });
		const asking = this.#http.request(new URL('/footfall.js', this.#url), { method: 'HEAD', agent: this.#agent });
		const [response] = (await once(asking.end(), 'response')) as [http.IncomingMessage];
		response.resume();
		// Every collector serves this file.
		if (response.statusCode !== 200)
			throw new Error(`the server is not a collector: it answered HTTP ${response.statusCode}`);
	}

	send<P extends Parcel>(parcel: P, answered: Answered<P>): void {
		const { sender, bytes } = parcel;
		const headers = { ...headersOf(sender, this.#origin), ...this.#headers, 'Content-Length': bytes.length };
		let isAnswered = false;
		const answer = (outcome: Answer, retryAfterMs: number) => {
			if (!isAnswered) answered(parcel, outcome, retryAfterMs);
			isAnswered = true;
		};
		const sending = this.#http.request(this.#url, { method: 'POST', agent: this.#agent, headers }, (response) => {
			const chunks: Buffer[] = [];
			response.on('data', (chunk: Buffer) => chunks.push(chunk));
			response.on('error', () => answer('lost', 0));
			response.on('end', () => {
				const [outcome, retryAfterMs] = readAnswer(String(Buffer.concat(chunks)));
				answer(outcome, retryAfterMs);
			});
		});
		sending.on('error', () => answer('lost', 0));
		sending.end(bytes);
	}

	close(): void {
		this.#agent?.destroy();
	}
}

/**
 * Reads the acknowledgement of a batch, or the report of the JSON endpoint. Any other body is read as `malformed`.
 * Pure.
 */
function readAnswer(body: string): [Outcome, retryAfterMs: number] {
	try {
		const answer = JSON.parse(body);
		const [outcome, retryAfterMs] = Array.isArray(answer)
			? [answer[3], answer[4]]
			: [answer.outcome, answer.retryAfterMs];
		if (typeof outcome === 'string' && outcome in outcomes) return [outcome as Outcome, Number(retryAfterMs ?? 0)];
	} catch {
		// The body is not JSON.
	}
	return ['malformed', 0];
}
