import type { SenderNetworks } from '@footfall/addresses';

/** A connection, as far as the choice of which one ends depends on it. */
export interface Held extends SenderNetworks {
	/** Requests that are complete and wait for our answer. */
	answering: number;
	/** Sequence number of the latest activity: the accepted connection, or a part of an answer that was taken. */
	order: number;
	/** Whether the server has had time to read what was sent along with the connection. */
	isHeard: boolean;
}

export interface RoomBounds {
	/** Maximum number of connections of all addresses. */
	connectionsMax: number;
	/** Connections of one IPv4 address or IPv6 /64. */
	networkConnectionsMax: number;
	/** Connections of one IPv6 /48; of IPv4 the bound of an address holds. */
	wideNetworkConnectionsMax: number;
}

/**
 * The connections that must end to keep the bounds: first of every network that has too many, then of all. The one that
 * has been waiting for its sender longest goes first; one whose request is being answered never goes. Pure.
 */
export function surplusOf<Connection extends Held>(held: Iterable<Connection>, bounds: RoomBounds): Set<Connection> {
	const all = [...held];
	const waiting = all
		.filter(({ answering, isHeard }) => answering === 0 && isHeard)
		.sort((one, other) => one.order - other.order);
	const ending = new Set<Connection>();
	const endSurplus = (of: 'network' | 'wideNetwork', connectionsMax: number) => {
		const left = all.filter((connection) => !ending.has(connection));
		const countOf = new Map<string, number>();
		for (const { [of]: network } of left) countOf.set(network, (countOf.get(network) ?? 0) + 1);
		for (const connection of waiting) {
			const count = countOf.get(connection[of]) ?? 0;
			if (count <= connectionsMax || ending.has(connection)) continue;
			ending.add(connection);
			countOf.set(connection[of], count - 1);
		}
	};
	endSurplus('network', bounds.networkConnectionsMax);
	endSurplus('wideNetwork', bounds.wideNetworkConnectionsMax);
	for (const connection of waiting) {
		if (all.length - ending.size <= bounds.connectionsMax) break;
		ending.add(connection);
	}
	return ending;
}
