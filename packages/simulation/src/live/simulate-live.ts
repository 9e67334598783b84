import { Crowd, type CrowdOptions, dayMs, drawPerson, ownRandom } from '@footfall/demo-shop/crowd';
import { createRandom } from '@footfall/random';
import { HttpTransport } from './http-transport.js';
import { type LiveCounts, type LiveOptions, LiveRun } from './live-run.js';
import { PastShoppers, PresentShopper } from './shoppers.js';
import { SocketTransport } from './socket-transport.js';
import type { Sender } from './transport.js';
import { frameOf, jsonOf } from './wire-forms.js';

export interface SimulateLiveOptions
	extends Pick<LiveOptions, 'batchesPerSecond' | 'durationMs' | 'signal' | 'drainMsMax' | 'onBatch' | 'onProgress'> {
	readonly crowd: CrowdOptions;
	/** Site key at the collector. */
	readonly site: string;
	/** Of the collector, `http://127.0.0.1:7070`, or https. */
	readonly address: string;
	/** WebSockets as pages use them, the beacons of closing pages, or a server's JSON. */
	readonly transport: 'ws' | 'beacon' | 'json';
	/** Shoppers at the same time, each with a connection, 1 to 20,000. */
	readonly shoppers: number;
	/** Sends what happened on these days instead of what happens now: first and last, `2026-01-31`, UTC. @default now, for ever */
	readonly past?: { readonly from: string; readonly to: string };
}

/** No collector answered at the address; `cause` says why. */
export class NoCollector extends Error {
	/** The cause in words. */
	get reason(): string {
		const { cause } = this;
		if (!(cause instanceof Error)) return String(cause);
		// Of a name with several addresses, each fault is one of them and the message is empty.
		const message =
			cause instanceof AggregateError ? cause.errors.map((each) => each.message).join(', ') : cause.message;
		return message.split('\n', 1)[0] as string;
	}
}

/**
 * A crowd on the wire.
 *
 * @returns what became of it
 * @throws NoCollector
 */
export async function simulateLive(options: SimulateLiveOptions): Promise<LiveCounts> {
	const { crowd, site, address, transport: kind, shoppers } = options;
	const transport = kind === 'ws' ? new SocketTransport(address) : new HttpTransport(address, kind);
	try {
		await transport.open(sendersOf(crowd, shoppers)).catch((cause: unknown) => {
			throw new NoCollector(`no collector answers at ${address}`, { cause });
		});
		const encode: LiveOptions['encode'] = (batch) => (kind === 'json' ? jsonOf(batch, site) : frameOf(batch, site));
		return await new LiveRun({ ...options, transport, actors: actorsOf(options), encode }).run();
	} finally {
		transport.close();
	}
}

/** Devices and places as they are common in the crowd. */
function sendersOf(crowd: CrowdOptions, shoppers: number): Sender[] {
	const random = createRandom(crowd.seed, sendersStream);
	return Array.from({ length: shoppers }, () => {
		const { visitors, place } = drawPerson(crowd, false, ownRandom(random));
		return { profile: visitors[0].profile, place };
	});
}

const sendersStream = 0x1000_0000;

function actorsOf({ crowd, shoppers, past }: SimulateLiveOptions): LiveOptions['actors'] {
	if (past === undefined)
		return Array.from({ length: shoppers }, (_, place) => new PresentShopper(crowd, place, Date.now()));
	const everybody = new PastShoppers(new Crowd(crowd), Date.parse(past.from), Date.parse(past.to) + dayMs);
	return Array.from({ length: shoppers }, () => everybody);
}
