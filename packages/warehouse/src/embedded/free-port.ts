import { once } from 'node:events';
import { createServer } from 'node:net';
import { StartRefusal } from '../start-refusal.js';

/**
 * A port of 127.0.0.1 that nothing listens on, at this moment.
 *
 * @param wanted 0 for any
 * @throws StartRefusal when the wanted one is taken, or is not for us
 */
export async function findFreePort(wanted: number): Promise<number> {
	const server = createServer();
	try {
		server.listen(wanted, '127.0.0.1');
		await once(server, 'listening');
		const address = server.address();
		return typeof address === 'object' && address !== null ? address.port : wanted;
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
		throw portRefusal(wanted, code === 'EACCES' ? 'not allowed' : 'taken');
	} finally {
		server.close();
	}
}

export function portRefusal(port: number, why: 'taken' | 'not allowed' = 'taken'): StartRefusal {
	const remedy = why === 'taken' ? 'stop what listens there or choose another' : 'choose one above 1023';
	return new StartRefusal(`port ${port} is ${why}; ${remedy} with --clickhouse-port`);
}
