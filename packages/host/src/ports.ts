import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { StartRefusal } from './start-refusal.js';

/** An address that a server listens on. */
export interface ListenAddress {
	/** IP address or host name; `0.0.0.0` and `::` mean every address of the machine. */
	host: string;
	/** 0 to 65535; 0 asks for any free port. */
	port: number;
}

/**
 * Creates the refusal to start of a server that cannot listen.
 *
 * @param portFlag the flag that sets the port, such as `--admin-port`. The flag of its address ends in `host` instead
 *   of `port`, such as `--admin-host`, and is named if the address is the fault
 * @param code code of Node's error, such as `EADDRINUSE`. @default unknown, for a library that does not report one
 */
export function portRefusal({ host, port }: ListenAddress, portFlag: string, code?: string): StartRefusal {
	const cannot = `Cannot listen on port ${port} of ${host}`;
	const other = `choose another port with ${portFlag}`;
	switch (code) {
		case 'EADDRINUSE':
			return new StartRefusal(`${cannot}: the port is taken. Stop the program that listens there, or ${other}.`);
		case 'EACCES':
			return new StartRefusal(`${cannot}: this user may not open the port. Choose one above 1023 with ${portFlag}.`);
		case 'EADDRNOTAVAIL':
		case 'ENOTFOUND':
			return new StartRefusal(
				`${cannot}: this machine does not have the address. Give one that it has with ${portFlag.replace(/port$/, 'host')}.`,
			);
		case undefined:
			return new StartRefusal(
				`${cannot}: the port is taken, this user may not open it, or the address belongs to another machine. Stop the program that listens there, or ${other}.`,
			);
		default:
			return new StartRefusal(`${cannot} (${code}): ${other}.`);
	}
}

/**
 * Finds a port on which no server listens at this moment. A process that is about to share its port among several
 * sockets calls it first, since the kernel would let it share the port of another program too.
 *
 * @param portFlag the flag that sets the port
 * @returns the port of the address, or a free one when that is 0
 * @throws StartRefusal when the port is taken, or cannot be opened
 */
export async function freePort(address: ListenAddress, portFlag: string): Promise<number> {
	const { host, port } = address;
	const server = createServer();
	try {
		server.listen({ host, port });
		await once(server, 'listening');
		return (server.address() as AddressInfo).port;
	} catch (error) {
		throw portRefusal(address, portFlag, (error as NodeJS.ErrnoException).code);
	} finally {
		server.close();
	}
}

/** The URL at which this machine reaches a server: through loopback if the server listens on every address. */
export function urlOf(host: string, port: number): string {
	const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
	return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}
