import { deviceProfiles, type Place } from '@footfall/demo-shop/crowd';
import { PageSocket } from './page-socket.js';
import { readAck } from './read-ack.js';
import { type Answered, headersOf, type Parcel, type Sender, type Transport } from './transport.js';

/** Connections that are being opened at the same time. */
const openingMax = 100;

/** A socket for every shopper, as pages have it. A batch goes over one whose device and place are its own. */
export class SocketTransport implements Transport {
	readonly #url: URL;
	/** By place, then by the number of the device's profile. */
	readonly #lines = new Map<Place, Line[][]>();

	/** @param address of the collector, `http://127.0.0.1:7070`, or https */
	constructor(address: string) {
		this.#url = new URL('/v1/socket', address);
	}

	async open(senders: readonly Sender[]): Promise<void> {
		for (let n = 0; n < senders.length; n += openingMax) {
			await Promise.all(senders.slice(n, n + openingMax).map((sender) => this.#add(sender).opened));
		}
	}

	send<P extends Parcel>(parcel: P, answered: Answered<P>): void {
		const lines = this.#linesOf(parcel.sender);
		const line = lines[parcel.visitor % lines.length] ?? this.#add(parcel.sender);
		// It is given back with this very parcel.
		line.send(parcel, answered as Answered);
	}

	close(): void {
		for (const ofPlace of this.#lines.values()) for (const line of ofPlace.flat()) line.end();
	}

	/** Those that are there of a device and place. */
	#linesOf({ profile, place }: Sender): Line[] {
		let ofPlace = this.#lines.get(place);
		if (ofPlace === undefined) {
			ofPlace = deviceProfiles.map(() => []);
			this.#lines.set(place, ofPlace);
		}
		return ofPlace[profile.index] as Line[];
	}

	#add(sender: Sender): Line {
		const lines = this.#linesOf(sender);
		// The shopper's page connects again with the next batch.
		const line = new Line(this.#url, sender, () => {
			const at = lines.indexOf(line);
			if (at !== -1) lines.splice(at, 1);
		});
		lines.push(line);
		return line;
	}
}

interface OnItsWay {
	readonly parcel: Parcel;
	readonly answered: Answered;
}

/** One socket, and what is on its way over it. */
class Line {
	readonly opened: Promise<void>;
	readonly #socket: PageSocket;
	/** Few, so that looking through them is quickest. */
	#waiting: OnItsWay[] = [];

	constructor(url: URL, sender: Sender, onClose: () => void) {
		const { promise, resolve, reject } = promised();
		this.opened = promise;
		this.#socket = new PageSocket(url, headersOf(sender), {
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
		// Two copies at the same time have one name: the first answer is both's.
		const isMeant = ({ parcel }: OnItsWay) => parcel.stream === stream && parcel.sequence === sequence;
		const meant = this.#waiting.filter(isMeant);
		this.#waiting = this.#waiting.filter((each) => !isMeant(each));
		for (const { parcel, answered } of meant) answered(parcel, outcome, retryAfterMs);
	}
}

/** A promise that may fail unheard: most sockets are opened while others wait for nothing but their acknowledgements. */
function promised() {
	let resolve: () => void = () => undefined;
	let reject: (reason: Error) => void = () => undefined;
	const promise = new Promise<void>((whenOpen, whenNot) => {
		resolve = whenOpen;
		reject = whenNot;
	});
	promise.catch(() => undefined);
	return { promise, resolve, reject };
}
