import { portRefusal } from '@footfall/host';
import { ListenError } from './transport/engine.js';
import { listen, type Server, type ServerOptions } from './transport/server.js';

/**
 * Starts a server.
 *
 * @param flag name of the flag that sets the port, for the message
 * @throws StartRefusal when the port is taken or the address does not belong to this machine
 */
export async function listenOrRefuse(flag: string, options: ServerOptions): Promise<Server> {
	try {
		return await listen(options);
	} catch (error) {
		throw error instanceof ListenError ? portRefusal(options, flag, error.code) : error;
	}
}
