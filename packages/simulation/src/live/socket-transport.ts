import { deviceProfiles, type Place } from '@footfall/demo-shop/crowd';
import { PageSocket } from './page-socket.js';
import { readAck } from './read-ack.js';
import { type Answered, headersOf, type Parcel, type Sender, type Transport } from './transport.js';

/** Maximum number of connections that are opened concurrently. */
const openingMax = 100;

/** Sends batches over WebSockets, one per shopper. A batch uses a socket with its device and place. */
export class SocketTransport implements Transport {
	readonly #url: URL;
	readonly #origin: string | undefined;
	/** Connections by place, then by the index of the device profile. */
	readonly #lines = new Map<Place, Line[][]>();

	/**
	 * @param address URL of the collector, HTTP or HTTPS, such as `http://127.0.0.1:7070`
	 * @param origin origin of the pages, as browsers name it @default none
	 */
	constructor(address: string, origin?: string) {
		this.#url = new URL('/v1/socket', address);
		this.#origin = origin;
	}

	async open(senders: readonly Sender[]): Promise<void> {
		for (let n = 0; n < senders.length; n += openingMax) {
			await Promise.all(senders.slice(n, n + openingMax).map((sender) => this.#add(sender).opened));
		}
	}

	send<P extends Parcel>(parcel: P, answered: Answered<P>): void {
		const lines = this.#linesOf(parcel.sender);
		const line = lines[parcel.visitor % lines.length] ?? this.#add(parcel.sender);
		// The callback is called with this parcel, so its type matches.
		line.send(parcel, answered as Answered);
	}

	close(): void {
		for (const linesByProfile of this.#lines.values()) for (const line of linesByProfile.flat()) line.end();
	}

	/** The open connections of a device and place. */
	#linesOf({ profile, place }: Sender): Line[] {
		let linesByProfile = this.#lines.get(place);
		if (linesByProfile === undefined) {
			linesByProfile = deviceProfiles.map(() => []);
			this.#lines.set(place, linesByProfile);
		}
		return linesByProfile[profile.index] as Line[];
	}

	#add(sender: Sender): Line {
		const lines = this.#linesOf(sender);
		// A closed connection is replaced at the next batch.
		const line = new Line(this.#url, headersOf(sender, this.#origin), () => {
			const at = lines.indexOf(line);
			if (at !== -1) lines.splice(at, 1);
		});
		lines.push(line);
		return line;
	}
}

interface InFlight {
	readonly parcel: Parcel;
	readonly answered: Answered;
}

/** A socket and its parcels without an answer. */
class Line {
	readonly opened: Promise<void>;
	readonly #socket: PageSocket;
	/** There are few, so a linear search is fastest. */
	#waiting: InFlight[] = [];

	constructor(url: URL, headers: Readonly<Record<string, string>>, onClose: () => void) {
		const { promise, resolve, reject } = promised();
		this.opened = promise;
		this.#socket = new PageSocket(url, headers, {
			open: resolve,
			text: (text) => this.#read(text),
			close: (reason) => {
				reject(reason);
				onClose();
				const lost = this.#waiting;
				this.#waiting = [];
				for (const { parcel, answered } of lost) answered(parcel, 'lost', 0);
			},
		});
	}

	send(parcel: Parcel, answered: Answered): void {
		this.#waiting.push({ parcel, answered });
		this.#socket.send(parcel.bytes);
	}

	end(): void {
		this.#socket.end();
	}

	#read(text: Buffer): void {
		const ack = readAck(text);
		if (ack === undefined) return;
		const [, stream, sequence, outcome, retryAfterMs = 0] = ack;
		// Two concurrent copies have the same numbers, so the first answer is for both.
		const isMeant = ({ parcel }: InFlight) => parcel.stream === stream && parcel.sequence === sequence;
		const meant = this.#waiting.filter(isMeant);
		this.#waiting = this.#waiting.filter((each) => !isMeant(each));
		for (const { parcel, answered } of meant) answered(parcel, outcome, retryAfterMs);
	}
}

/** A promise whose rejection may be unhandled: sockets that are opened during the run are not awaited. */
function promised() {
	let resolve: () => void = () => undefined;
	let reject: (reason: Error) => void = () => undefined;
	const promise = new Promise<void>((onOpen, onFailure) => {
		resolve = onOpen;
		reject = onFailure;
	});
	promise.catch(() => undefined);
	return { promise, resolve, reject };
}
