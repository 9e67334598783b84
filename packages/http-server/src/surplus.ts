/** A connection, as far as the choice of which one ends depends on it. */
export interface Held {
	/** Remote address. */
	readonly address: string;
	/** Requests that are complete and wait for our answer. */
	answering: number;
	/**
	 * Grows with every sign of life that counts: the accepted connection, and every part of an answer that was taken.
	 */
	order: number;
	/** Whether there was time to read what had been sent with the connection. */
	isHeard: boolean;
}

export interface RoomBounds {
	/** Connections of all addresses. */
	connectionsMax: number;
	/** Connections of one address. */
	addressConnectionsMax: number;
}

/**
 * The connections that must end to keep the bounds: first of every address that has too many, then of all. The one that
 * has been waiting for its sender longest goes first; one whose request is being answered never goes. Pure.
 */
export function surplusOf<Connection extends Held>(held: Iterable<Connection>, bounds: RoomBounds): Set<Connection> {
	const all = [...held];
	const waiting = all
		.filter(({ answering, isHeard }) => answering === 0 && isHeard)
		.sort((one, other) => one.order - other.order);
	const countOf = new Map<string, number>();
	for (const { address } of all) countOf.set(address, (countOf.get(address) ?? 0) + 1);
	const ending = new Set<Connection>();
	for (const connection of waiting) {
		const count = countOf.get(connection.address) ?? 0;
		if (count <= bounds.addressConnectionsMax) continue;
		ending.add(connection);
		countOf.set(connection.address, count - 1);
	}
	for (const connection of waiting) {
		if (all.length - ending.size <= bounds.connectionsMax) break;
		ending.add(connection);
	}
	return ending;
}
