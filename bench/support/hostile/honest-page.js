import { subprotocol } from '@footfall/protocol';
import WebSocket from 'ws';
import { browserUserAgent } from '../upgrade-request.js';
import { Acknowledgements } from './acknowledgements.js';

const reconnectMs = 200;

/**
 * A page on a WebSocket that behaves like the tracker: it reconnects, and resends batches without an acknowledgement.
 */
export class HonestPage {
	#url;
	#headers;
	acknowledgements = new Acknowledgements();
	#socket;
	#closing = new AbortController();

	constructor({ url, address }) {
		this.#url = `${url.replace('http', 'ws')}/v1/socket`;
		this.#headers = { 'X-Forwarded-For': address, 'User-Agent': browserUserAgent };
		this.#connect();
	}

	send(batch) {
		if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(batch.bytes);
	}

	close() {
		this.#closing.abort();
		this.#socket.terminate();
	}

	#connect() {
		const socket = new WebSocket(this.#url, [subprotocol], { headers: this.#headers, perMessageDeflate: false });
		this.#socket = socket;
		socket.on('open', () => {
			for (const batch of this.acknowledgements.pending()) this.send(batch);
		});
		socket.on('message', (text) => {
			this.acknowledgements.take(JSON.parse(text.toString()), (batch) => this.send(batch));
		});
		socket.on('error', () => {});
		socket.on('close', () => {
			if (!this.#closing.signal.aborted) setTimeout(() => this.#connect(), reconnectMs);
		});
	}
}
