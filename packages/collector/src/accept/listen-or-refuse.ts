import { portRefusal } from '@footfall/host';
import { listen, type Server, type ServerOptions } from './transport/server.js';

/**
 * Starts a server.
 *
 * @param flag name of the flag that sets the port, for the message
 * @throws StartRefusal when the port is taken or the address does not belong to this machine
 */
export function listenOrRefuse(flag: string, options: ServerOptions): Server {
	const server = listen(options);
	if (server === undefined) throw portRefusal(options, flag);
	return server;
}
