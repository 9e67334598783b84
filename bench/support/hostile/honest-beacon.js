import { request } from 'node:http';
import { browserUserAgent } from '../upgrade-request.js';
import { Acknowledgements } from './acknowledgements.js';

const againMs = 200;
const answerMsMax = 5_000;

/** Sends one batch per request over a separate connection, like a page that closes. */
export class HonestBeacon {
	#url;
	#headers;
	acknowledgements = new Acknowledgements();
	#closing = new AbortController();

	constructor({ url, address }) {
		this.#url = `${url}/v1/batch`;
		this.#headers = { 'X-Forwarded-For': address, 'User-Agent': browserUserAgent };
	}

	send(batch) {
		if (this.#closing.signal.aborted) return;
		const again = () => setTimeout(() => this.send(batch), againMs);
		const headers = { ...this.#headers, 'Content-Length': batch.bytes.length };
		const options = { method: 'POST', headers, agent: false, timeout: answerMsMax };
		const sent = request(this.#url, options, async (response) => {
			try {
				response.setEncoding('utf8');
				const text = (await response.toArray()).join('');
				this.acknowledgements.take(JSON.parse(text), (batch) => this.send(batch));
			} catch {
				again();
			}
		});
		sent.on('timeout', () => sent.destroy());
		sent.on('error', again);
		sent.end(batch.bytes);
	}

	close() {
		this.#closing.abort();
	}
}
