import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Draws } from '@footfall/random';
import { type ConnectionFault, drawConnectionFault } from './connection-fault.js';
import { FaultyConnection } from './faulty-connection.js';

/**
 * Sits between collectors and ClickHouse and breaks connections as the seed determines, until it is healed. What passes
 * through it completely is known for sure, whether or not the collector got the answer.
 */
export class FaultyProxy {
	/** Number of exchanges with a fault so far, by kind. */
	readonly faults = new Map<ConnectionFault['kind'], number>();
	/** Number of confirmed inserts of each segment. */
	readonly confirmations = new Map<string, number>();
	readonly #random: Draws;
	readonly #server: Server;
	readonly #connections = new Set<FaultyConnection>();
	#healed: boolean = false;

	private constructor(random: Draws, targetPort: number) {
		this.#random = random;
		this.#server = createServer((socket) => this.#accept(socket, targetPort));
	}

	/** @param targetPort port of ClickHouse on 127.0.0.1, before and after its restarts */
	static async start(random: Draws, targetPort: number): Promise<FaultyProxy> {
		const proxy = new FaultyProxy(random, targetPort);
		proxy.#server.listen(0, '127.0.0.1');
		await once(proxy.#server, 'listening');
		return proxy;
	}

	get url(): string {
		return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
	}

	/** Segments whose insert ClickHouse confirmed more than once. */
	get segmentsInsertedTwice(): number {
		return [...this.confirmations.values()].filter((times) => times > 1).length;
	}

	/** From now on everything passes; silent connections are cut, as by a network that recovers. */
	heal(): void {
		this.#healed = true;
		for (const connection of this.#connections) if (connection.isSilent) connection.reset();
	}

	async stop(): Promise<void> {
		this.#server.close();
		for (const connection of this.#connections) connection.reset();
		await once(this.#server, 'close');
	}

	#accept(client: Socket, targetPort: number): void {
		const connection = new FaultyConnection(client, targetPort, {
			nextFault: () => this.#nextFault(),
			confirmed: (segment) => this.confirmations.set(segment, (this.confirmations.get(segment) ?? 0) + 1),
		});
		for (const earlier of this.#connections) if (earlier.isOver) this.#connections.delete(earlier);
		this.#connections.add(connection);
	}

	#nextFault(): ConnectionFault {
		if (this.#healed) return { kind: 'none' };
		const fault = drawConnectionFault(this.#random);
		this.faults.set(fault.kind, (this.faults.get(fault.kind) ?? 0) + 1);
		return fault;
	}
}
