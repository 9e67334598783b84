import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

const unavailable = 'HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n';

/** Handling of connections: they are forwarded, answered 503 as by a proxy, or reset. */
type Mode = 'open' | 'unavailable' | 'reset';

/** A proxy between pages and a collector, whose address survives the collector. */
export class Gate {
	/** Whether answers of the collector are dropped. */
	isMuted: boolean = false;
	/** Number of requests that were answered 503 and connections that were reset, since the last `set`. */
	turnedAway = 0;
	#mode: Mode = 'open';
	#port = 0;
	readonly #server: Server;
	readonly #connections = new Set<Socket>();
	readonly #watch: (() => (bytes: Buffer) => void) | undefined;

	private constructor(watch: (() => (bytes: Buffer) => void) | undefined) {
		this.#watch = watch;
		this.#server = createServer((page) => this.#take(page));
	}

	/**
	 * @param watch called for every forwarded connection; the returned function is called with all bytes that the page
	 * sends
	 */
	static async start(watch?: () => (bytes: Buffer) => void): Promise<Gate> {
		const gate = new Gate(watch);
		gate.#server.listen(0, '127.0.0.1');
		await once(gate.#server, 'listening');
		return gate;
	}

	get url(): string {
		return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
	}

	/** Sets the collector that connections are forwarded to. @param collectorUrl URL of its public port */
	leadTo(collectorUrl: string): void {
		this.#port = Number(new URL(collectorUrl).port);
	}

	/** Resets all connections, and handles new ones in this mode. */
	set(mode: Mode): void {
		this.#mode = mode;
		this.turnedAway = 0;
		for (const connection of this.#connections) connection.resetAndDestroy();
	}

	async stop(): Promise<void> {
		this.set('reset');
		this.#server.close();
		await once(this.#server, 'close');
	}

	#take(page: Socket): void {
		page.on('error', () => undefined);
		if (this.#mode === 'reset') {
			this.turnedAway++;
			page.resetAndDestroy();
		} else if (this.#mode === 'unavailable') {
			page.once('data', () => {
				this.turnedAway++;
				page.end(unavailable);
			});
		} else {
			const collector = connect(this.#port, '127.0.0.1');
			for (const connection of [page, collector]) {
				this.#connections.add(connection);
				connection.on('error', () => undefined);
				connection.on('close', () => {
					this.#connections.delete(connection);
					page.destroy();
					collector.destroy();
				});
			}
			const see = this.#watch?.();
			page.on('data', (bytes) => {
				see?.(bytes);
				collector.write(bytes);
			});
			collector.on('data', (bytes) => this.isMuted || page.write(bytes));
		}
	}
}
