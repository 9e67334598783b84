import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { portRefusal } from '../accept/listen-or-refuse.js';

/**
 * Returns a port that no process listens on. Workers share their port, so the kernel would let an unrelated process
 * share it, too; the port is therefore checked first.
 *
 * @param port 0 for any port
 * @throws StartRefusal when the port is taken
 */
export async function freePort(host: string, port: number): Promise<number> {
	const server = createServer();
	try {
		server.listen({ host, port });
		await once(server, 'listening');
		return (server.address() as AddressInfo).port;
	} catch {
		throw portRefusal('--port', { host, port });
	} finally {
		server.close();
	}
}
