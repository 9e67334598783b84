import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { portRefusal } from '../accept/listen-or-refuse.js';

/**
 * A port that nobody listens on. Workers share theirs, so the kernel would let a stranger share it too: whoever comes second
 * has to look first.
 *
 * @param port 0 for any
 * @throws StartRefusal when it is taken
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
