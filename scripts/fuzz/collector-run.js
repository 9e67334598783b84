import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { limits, outcomes, subprotocol } from '@footfall/protocol';
import { decodeBatch } from '@footfall/protocol/decode';
import { WebSocket } from 'ws';
import { framesOf } from './frames.js';

/** Concurrent senders, each with one frame in flight; every fourth posts, the others use a WebSocket. */
const senders = 16;
/** Time after which an answer counts as missing, ms. */
const answerMsMax = 20_000;
const noAnswer = { why: `none in ${answerMsMax} ms` };
/** Interval of the probes of /livez, ms. */
const livezMs = 250;
/** Maximum size of a message, bytes; a longer one ends a WebSocket. */
const messageBytesMax = limits.batchBytesMax * 2;

/**
 * Sends frames to a collector in a separate process. No ClickHouse answers it, so its WAL grows. It must answer every
 * frame with the outcome that the decoder returns, or end a connection that sent too much; stay alive; and stop on
 * SIGTERM.
 *
 * @param {{ frames: number, firstIndex: number, seed: number, findings: import('./findings.js').Findings }} run
 * @returns {Promise<{ answered: number, closed: number }>}
 */
export async function fuzzCollector({ frames, firstIndex, seed, findings }) {
	// A testing helper: built like the rest, but not an export of the package.
	const support = new URL('../../packages/collector/dist/testing/collector-process.js', import.meta.url);
	const { startCollectorProcess } = await import(support.href);
	const directory = mkdtempSync(join(tmpdir(), 'footfall-fuzz-'));
	const collector = await startCollectorProcess(
		{ url: 'http://127.0.0.1:1', user: 'nobody', password: '', database: 'nowhere' },
		{ walDirectory: directory, sites: ['shop', 's'].map((key) => ({ key, origins: 'any' })) },
	);
	const run = {
		url: collector.publicUrl,
		frameOf: framesOf(seed),
		findings,
		next: firstIndex,
		end: firstIndex + frames,
		isDead: false,
	};
	const counts = { answered: 0, closed: 0 };
	const watch = watchLife(collector.adminUrl, run);
	try {
		await Promise.all(
			Array.from({ length: senders }, (_, i) =>
				send(run, i % 4 === 0 ? new Poster(run.url) : new Page(run.url), counts),
			),
		);
		await watch.end();
		const exit = await withinTime(collector.kill('SIGTERM'), 'not at all');
		if (exit !== 0) findings.add({ index: run.end, wrong: `the collector ends with ${exit} after SIGTERM` });
	} finally {
		await collector.kill('SIGKILL');
		rmSync(directory, { recursive: true, force: true });
	}
	return counts;
}

/** One sender: sends frames one after another, until none is left. */
async function send(run, sender, counts) {
	while (run.next < run.end && !run.isDead) {
		const index = run.next++;
		const { bytes } = run.frameOf(index);
		const decoded = decodeBatch(bytes);
		const answer = await sender.send(bytes);
		if (answer.ack === undefined) counts.closed++;
		else counts.answered++;
		const wrong = faultOfAnswer(answer, bytes, decoded, sender);
		if (wrong !== undefined) run.findings.add({ index, bytes, wrong, decoded });
	}
	sender.close();
}

/** Possible outcomes of a valid frame: stored, duplicate, retry later, or unknown site. */
const validFrameOutcomes = ['stored', 'duplicate', 'retry-later', 'unknown-site', 'origin-not-allowed'];

function faultOfAnswer({ ack, status, why }, bytes, decoded, sender) {
	const via = sender.via;
	if (ack === undefined) {
		if (why === 'closed' && bytes.length > sender.bytesMax) return undefined;
		return `by ${via}: no answer (${why})`;
	}
	if (!Array.isArray(ack)) return `by ${via}: the answer is not an ack (status ${status})`;
	const [kind, stream, sequence, outcome] = ack;
	if (kind !== 'ack' || !(outcome in outcomes)) return `by ${via}: answered ${kind} ${outcome}`;
	if (status !== undefined && status !== outcomes[outcome].status) return `by ${via}: ${outcome} has status ${status}`;
	const fits = decoded.ok ? validFrameOutcomes.includes(outcome) : outcome === decoded.reason;
	if (!fits) return `by ${via}: answered ${outcome}, decoded as ${decoded.ok ? 'a batch' : decoded.reason}`;
	const head = decoded.ok ? decoded.batch : decoded.head;
	if (stream !== (head?.stream ?? null) || sequence !== (head?.sequence ?? null))
		return `by ${via}: the answer names another batch`;
	return undefined;
}

/** A page's WebSocket, reopened after a close. */
class Page {
	via = 'WebSocket';
	bytesMax = messageBytesMax;
	#url;
	#socket;
	#answered = () => {};

	constructor(url) {
		this.#url = `${url.replace('http', 'ws')}/v1/socket`;
	}

	async send(bytes) {
		const answer = withinTime(new Promise((resolve) => (this.#answered = resolve)), noAnswer);
		if (this.#socket === undefined) this.#open();
		const socket = this.#socket;
		if (socket.readyState === WebSocket.OPEN) socket.send(bytes);
		else socket.once('open', () => socket.send(bytes));
		return answer;
	}

	close() {
		this.#socket?.close();
	}

	#open() {
		const socket = new WebSocket(this.#url, subprotocol);
		this.#socket = socket;
		socket.on('message', (data) => {
			const ack = parse(String(data));
			if (ack?.[0] !== 'hello') this.#answered(ack === undefined ? { why: 'no JSON' } : { ack });
		});
		socket.on('error', () => {});
		socket.on('close', () => {
			if (this.#socket === socket) this.#socket = undefined;
			this.#answered({ why: 'closed' });
		});
	}
}

/** `POST /v1/batch` on a keep-alive connection. */
class Poster {
	via = 'POST';
	bytesMax = limits.batchBytesMax;
	#url;
	#agent = new Agent({ keepAlive: true, maxSockets: 1 });

	constructor(url) {
		this.#url = `${url}/v1/batch`;
	}

	send(bytes) {
		const answer = new Promise((resolve) => {
			const closed = () => resolve({ why: 'closed' });
			const posted = request(this.#url, { method: 'POST', agent: this.#agent }, async (response) => {
				const body = await response.toArray().catch(() => undefined);
				if (body === undefined) return closed();
				const ack = parse(String(Buffer.concat(body)));
				resolve(ack === undefined ? { why: 'no JSON' } : { ack, status: response.statusCode });
			});
			posted.on('error', closed);
			posted.end(bytes);
		});
		return withinTime(answer, noAnswer);
	}

	close() {
		this.#agent.destroy();
	}
}

function parse(text) {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** The value of a promise, or `late` after a timeout. */
async function withinTime(promise, late) {
	let timer;
	const lateness = new Promise((resolve) => {
		timer = setTimeout(resolve, answerMsMax, late);
	});
	const first = await Promise.race([promise, lateness]);
	clearTimeout(timer);
	return first;
}

/** Probes /livez repeatedly; one missing answer ends the run. */
function watchLife(adminUrl, run) {
	let watching = true;
	const asking = (async () => {
		while (watching) {
			const alive = await fetch(`${adminUrl}/livez`, { signal: AbortSignal.timeout(answerMsMax) }).catch(
				() => undefined,
			);
			if (alive?.status !== 200) {
				run.isDead = true;
				run.findings.add({ index: run.next, wrong: 'the collector does not answer /livez' });
				return;
			}
			await new Promise((resolve) => setTimeout(resolve, livezMs));
		}
	})();
	return {
		async end() {
			watching = false;
			await asking;
		},
	};
}
