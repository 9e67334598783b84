import { freePort, type ListenAddress, portRefusal, type StartRefusal } from '@footfall/host';

const portFlag = '--clickhouse-port';
const onLoopback = (port: number): ListenAddress => ({ host: '127.0.0.1', port });

/**
 * Finds a port for the engine, on which no server listens at this moment.
 *
 * @param wanted 0 for any free one
 * @throws StartRefusal when the wanted port is taken, or cannot be opened
 */
export function freeEnginePort(wanted: number): Promise<number> {
	return freePort(onLoopback(wanted), portFlag);
}

/** The refusal of a start after another program took the port before the engine listened on it. */
export function enginePortTaken(port: number): StartRefusal {
	return portRefusal(onLoopback(port), portFlag, 'EADDRINUSE');
}
