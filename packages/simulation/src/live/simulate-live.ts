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
	/** URL of the collector, HTTP or HTTPS, such as `http://127.0.0.1:7070`. */
	readonly address: string;
	/** WebSockets as of open pages, beacons as of closing pages, or JSON as of servers. */
	readonly transport: 'ws' | 'beacon' | 'json';
	/**
	 * Origin that the pages name, as browsers do. A site with write keys takes orders of pages only with one.
	 * @default none, which a site with a list of origins accepts, too
	 */
	readonly origin?: string;
	/** Number of concurrent shoppers, each with a connection, 1 to 20,000. */
	readonly shoppers: number;
	/** Maximum number of open files of this process. @default unknown */
	readonly openFilesMax?: number | undefined;
	/**
	 * First and last day, inclusive, such as `2026-01-31`, UTC, whose events are sent.
	 * @default none: events happen at the time of sending, without an end
	 */
	readonly past?: { readonly from: string; readonly to: string };
}

/** Open files of this process besides the connections of its shoppers. */
const reservedFiles = 64;

/** Errors of a process, or of the whole system, that may open no more files. */
const tooManyFiles = new Set<string | undefined>(['EMFILE', 'ENFILE']);

/** This process may open fewer files than its shoppers need connections. */
export class TooManyShoppers extends Error {
	constructor(shoppers: number) {
		super(`${shoppers} shoppers need ${shoppers + reservedFiles} open files, which is more than this process may have`);
	}
}

/**
 * No collector answered at the address. `cause` is the error. An address with more than a host and a port may contain a
 * password, so neither the message nor the reason repeats it.
 */
export class NoCollector extends Error {
	/** The first line of the cause's message. */
	readonly reason: string;

	constructor(address: string, cause: unknown) {
		const isPlain = address.replace(/\/$/, '') === new URL(address).origin;
		super(`no collector answers at ${isPlain ? address : 'the given address'}`, { cause });
		this.reason = reasonOf(cause, isPlain);
	}
}

/** @param withHost whether the reason may contain the host and the port, which Node names after the system call */
function reasonOf(cause: unknown, withHost: boolean): string {
	if (!(cause instanceof Error)) return String(cause);
	// For a host name with several addresses, the message is empty, and each address has its error.
	if (cause instanceof AggregateError) return cause.errors.map((each) => reasonOf(each, withHost)).join(', ');
	const { code, syscall, message } = cause as NodeJS.ErrnoException;
	if (!withHost && code !== undefined && syscall !== undefined) return `${syscall} ${code}`;
	return message.split('\n', 1)[0] as string;
}

/**
 * Simulates a live crowd and sends its events to a collector.
 *
 * @returns the final counts
 * @throws TooManyShoppers when this process may not open enough connections
 * @throws NoCollector when no collector answers at the address
 */
export async function simulateLive(options: SimulateLiveOptions): Promise<LiveCounts> {
	const { crowd, site, address, transport: kind, shoppers, origin } = options;
	if (kind === 'ws' && shoppers + reservedFiles > (options.openFilesMax ?? Number.POSITIVE_INFINITY))
		throw new TooManyShoppers(shoppers);
	const transport = kind === 'ws' ? new SocketTransport(address, origin) : new HttpTransport(address, kind, origin);
	try {
		await transport.open(sendersOf(crowd, shoppers)).catch((cause: unknown) => {
			if (tooManyFiles.has((cause as NodeJS.ErrnoException | undefined)?.code)) throw new TooManyShoppers(shoppers);
			throw new NoCollector(address, cause);
		});
		const encode: LiveOptions['encode'] = (batch) => (kind === 'json' ? jsonOf(batch, site) : frameOf(batch, site));
		return await new LiveRun({ ...options, transport, actors: actorsOf(options), encode }).run();
	} finally {
		transport.close();
	}
}

/** Draws senders with devices and places by their frequency in the crowd. */
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
	const replay = new PastShoppers(new Crowd(crowd), Date.parse(past.from), Date.parse(past.to) + dayMs);
	return Array.from({ length: shoppers }, () => replay);
}
