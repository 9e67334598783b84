import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const keptCharactersMax = 1_048_576;

/** A connection on which a test writes arbitrary bytes. */
export class RawConnection {
	readonly socket: Socket;
	/** The first bytes received, as Latin-1. */
	received = '';
	receivedBytes = 0;
	readonly #closed: Promise<unknown>;

	private constructor(socket: Socket) {
		this.socket = socket;
		socket.on('error', () => undefined);
		socket.on('data', (chunk) => {
			this.receivedBytes += chunk.length;
			if (this.received.length < keptCharactersMax) this.received += chunk.toString('latin1');
		});
		this.#closed = new Promise((resolve) => socket.once('close', resolve));
	}

	/** Opens a connection to this machine. */
	static async open(port: number, options: { host?: string; localAddress?: string } = {}): Promise<RawConnection> {
		const { host = '127.0.0.1', localAddress } = options;
		const connection = new RawConnection(connect({ port, host, ...(localAddress ? { localAddress } : {}) }));
		await once(connection.socket, 'connect');
		return connection;
	}

	get isOpen(): boolean {
		return !this.socket.destroyed;
	}

	/** Statuses of all answers received so far. */
	get statuses(): number[] {
		return [...this.received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
	}

	send(bytes: string | Buffer): this {
		this.socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
		return this;
	}

	/** Waits until this many answers have begun, or the connection ends. */
	async answers(count = 1): Promise<number[]> {
		while (this.isOpen && this.statuses.length < count) await Promise.race([once(this.socket, 'data'), this.#closed]);
		return this.statuses;
	}

	/** Waits until the connection ends. */
	async end(): Promise<number[]> {
		await this.#closed;
		return this.statuses;
	}

	close(): void {
		this.socket.destroy();
	}
}
