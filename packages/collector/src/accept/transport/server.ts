import type { BodyInflater } from '../inflate/body-inflater.js';
import { clientAddress, isProxy, type TrustedProxies, trustedProxies } from '../limits/client-address.js';
import { MemoryBudget } from '../limits/memory-budget.js';
import { type SenderAddress, senderAddress } from '../limits/sender-address.js';
import type { EndedCause, Engine, EngineHandlers, RepeatedLines } from './engine.js';
import type { Route } from './http.js';
import { OpenSockets } from './open-sockets.js';
import { pageSocketHandlers } from './page-sockets.js';
import type { Bounds } from './request-limits.js';
import { nowhere, type RequestParts, serveRequest } from './serve-request.js';
import type { SocketRoute } from './socket.js';

/** A server on one port. */
export interface Server {
	readonly port: number;
	readonly connections: number;
	/** Sends text to every open socket. */
	broadcast(text: string): void;
	/** Stops accepting connections. */
	stopListening(): void;
	/** Closes every open socket after its pending messages were sent. */
	endSockets(): void;
	/** Ends every connection immediately. */
	close(): void;
}

/** Options of a server. */
export interface ServerOptions extends Bounds {
	/** The engine that parses HTTP and WebSocket. */
	engine: Engine;
	host: string;
	/** 0 for any free port. */
	port: number;
	routes: readonly Route[];
	socket?: SocketRoute;
	/** Whether other processes may listen on the same port; the kernel distributes connections. @default false */
	sharesPort?: boolean;
	/** Proxies whose `X-Forwarded-For` is trusted. @default none */
	proxies?: TrustedProxies;
	/**
	 * Maximum number of open WebSockets of all senders, and of one address. There may be as many other connections, of
	 * which one address may have an eighth. @default no limit
	 */
	connectionsMax?: number;
	connectionsPerAddressMax?: number;
	/** Maximum size of all incomplete bodies together, bytes. @default no limit */
	partialBodyBytesMax?: number;
	/** Inflates compressed bodies. @default none: they get 415 */
	inflater?: BodyInflater | undefined;
	/** Called for each connection that is refused or ended. */
	onEnded?: (cause: EndedCause) => void;
}

/** Starts a server. @throws ListenError when the port is taken or the address is not one of this machine */
export async function listen(options: ServerOptions): Promise<Server> {
	const { engine, host, port, sharesPort = false } = options;
	const sockets = new OpenSockets(options.connectionsMax, options.connectionsPerAddressMax);
	const listening = await engine.listen({ host, port, sharesPort }, handlersOf(options, sockets));
	return {
		port: listening.port,
		get connections() {
			return sockets.size;
		},
		broadcast(text) {
			for (const page of sockets) page.send(text);
		},
		stopListening: () => listening.stopListening(),
		endSockets() {
			for (const page of sockets) page.end();
		},
		close: () => listening.close(),
	};
}

/** Maximum share of one address of the connections that are not WebSockets. */
const connectionShare = 1 / 8;

function handlersOf(options: ServerOptions, sockets: OpenSockets): EngineHandlers {
	const { proxies = trustedProxies([]), partialBodyBytesMax, rateLimits, scheduler, inflater } = options;
	const { connectionsMax = Number.POSITIVE_INFINITY, connectionsPerAddressMax = Number.POSITIVE_INFINITY } = options;
	const { routes, socket, onEnded = () => {} } = options;
	const senderOf = (peer: string, { forwardedFor }: RepeatedLines) =>
		senderAddress(clientAddress(peer, forwardedFor, proxies));
	const requestParts: RequestParts = {
		senderOf,
		bodyBudget: new MemoryBudget(partialBodyBytesMax ?? Number.POSITIVE_INFINITY),
		rateLimits,
		scheduler,
		inflater,
	};
	return {
		connectionsMax,
		connectionsPerNetworkMax: Math.min(connectionsPerAddressMax, Math.ceil(connectionsMax * connectionShare)),
		routes,
		nowhere,
		socket: socket && pageSocketHandlers(socket, { sockets, senderOf, rateLimits, onEnded }),
		peerOf: peersOf(proxies),
		serve: (route, exchange) => serveRequest(route, exchange, requestParts),
		onEnded,
	};
}

/** Returns a function for the peer of a connection. A trusted proxy is exempt, since it forwards many senders. */
function peersOf(proxies: TrustedProxies): (peer: string) => SenderAddress {
	// Consecutive requests often come from one peer, such as a proxy, and a look-up among the proxies takes
	// microseconds.
	let last: { peer: string; address: SenderAddress } | undefined;
	return (peer) => {
		if (last?.peer === peer) return last.address;
		const address = senderAddress(clientAddress(peer, '', proxies));
		last = { peer, address: isProxy(peer, proxies) ? { ...address, isExempt: true } : address };
		return last.address;
	};
}
