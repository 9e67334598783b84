import { StartRefusal } from '@footfall/warehouse';
import { listen, type Server, type ServerOptions } from './transport/server.js';

/**
 * Starts a server.
 *
 * @param flag name of the flag that sets the port, for the message
 * @throws StartRefusal when the port is taken or the address is not one of this machine
 */
export function listenOrRefuse(flag: string, options: ServerOptions): Server {
	const server = listen(options);
	if (server === undefined) throw portRefusal(flag, options);
	return server;
}

/** Returns the refusal for a port that cannot be listened on. */
export function portRefusal(flag: string, { host, port }: { host: string; port: number }): StartRefusal {
	return new StartRefusal(
		`Cannot listen on port ${port} of ${host}: it is taken, or not ours to use. Stop what listens there, or choose another with ${flag}.`,
	);
}

/** Returns the URL of a server for clients on this machine. */
export function urlOf(host: string, port: number): string {
	const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
	return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}
