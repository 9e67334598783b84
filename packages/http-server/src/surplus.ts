import type { SenderNetworks } from '@footfall/addresses';

/** A connection, as far as the choice of which one ends depends on it. */
export interface Held extends SenderNetworks {
	/** Complete requests that wait for an answer. */
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
	/** Connections of one IPv6 /48; IPv4 has only the bound of an address. */
	wideNetworkConnectionsMax: number;
}

interface GroupBound<Connection> {
	groupOf: (connection: Connection) => string;
	connectionsMax: number;
}

/**
 * The connections that must end to keep the bounds: first of every network that has too many, then of all. The one that
 * has been waiting for its sender longest goes first. One whose request is being answered goes only where such
 * connections alone are too many, and then the newest first. Pure.
 */
export function surplusOf<Connection extends Held>(held: Iterable<Connection>, bounds: RoomBounds): Set<Connection> {
	const all = [...held];
	const oldestFirst = all.toSorted((one, other) => one.order - other.order);
	const waiting = oldestFirst.filter(({ answering, isHeard }) => answering === 0 && isHeard);
	const beingAnswered = oldestFirst.filter(({ answering }) => answering > 0).reverse();
	const ending = new Set<Connection>();
	/** Ends candidates of each group of connections that has too many. */
	const endSurplus = (
		candidates: readonly Connection[],
		counted: readonly Connection[],
		{ groupOf, connectionsMax }: GroupBound<Connection>,
	) => {
		const countOf = new Map<string, number>();
		for (const connection of counted) {
			if (!ending.has(connection)) countOf.set(groupOf(connection), (countOf.get(groupOf(connection)) ?? 0) + 1);
		}
		for (const connection of candidates) {
			const count = countOf.get(groupOf(connection)) ?? 0;
			if (count <= connectionsMax || ending.has(connection)) continue;
			ending.add(connection);
			countOf.set(groupOf(connection), count - 1);
		}
	};
	const groupBounds: GroupBound<Connection>[] = [
		{ groupOf: ({ network }) => network, connectionsMax: bounds.networkConnectionsMax },
		{ groupOf: ({ wideNetwork }) => wideNetwork, connectionsMax: bounds.wideNetworkConnectionsMax },
		{ groupOf: () => 'all', connectionsMax: bounds.connectionsMax },
	];
	for (const bound of groupBounds) {
		endSurplus(beingAnswered, beingAnswered, bound);
		endSurplus(waiting, all, bound);
	}
	return ending;
}
