import { openFilesMax, raiseOpenFiles } from '@footfall/host';
import type { CollectorDefaults } from '../../options.js';

/** Maximum number of file descriptors that are kept for the WAL, inserts, listeners, and Node itself. */
const reservedDescriptors = 256;

/** Share of one address of all connections if the descriptors do not suffice for the configured connections. */
const addressShare = 1 / 8;

type ConnectionBounds = Pick<CollectorDefaults, 'connectionsMax' | 'connectionsPerAddressMax'>;

/**
 * Descriptors that are not for connections: 256, or half of what a small process has. An idle collector uses 22, and
 * inserts, queries and WAL files need some 30 more.
 */
const reservedOf = (max: number) => Math.min(reservedDescriptors, Math.max(64, Math.floor(max / 2)));

/**
 * Reduces the limits of connections so that descriptors remain for the WAL and its delivery. There may be
 * `connectionsMax` sockets, and as many other connections. Returns the same object if the descriptors suffice.
 */
export function withinDescriptors<Bounds extends ConnectionBounds>(bounds: Bounds, openMax = openFilesMax()): Bounds {
	const max = openMax ?? Number.POSITIVE_INFINITY;
	const connectionsMax = Math.max(1, Math.floor((max - reservedOf(max)) / 2));
	if (connectionsMax >= bounds.connectionsMax) return bounds;
	const addressMax = Math.ceil(connectionsMax * addressShare);
	const connectionsPerAddressMax = Math.min(bounds.connectionsPerAddressMax, addressMax);
	return { ...bounds, connectionsMax, connectionsPerAddressMax };
}

/** Number of connections that suffices for a laptop and for most shops. Below it, the limit is logged as a warning. */
const fewConnections = 5_000;

/** The level at which the collector logs that it accepts fewer connections than configured. */
export const logLevelOf = ({ connectionsMax }: ConnectionBounds): 'warn' | 'info' =>
	connectionsMax < fewConnections ? 'warn' : 'info';

/** The message of the log line: how to raise the limit. */
export const raiseDescriptors = `the limit of open files of this process is too low for the configured connections, so fewer are accepted: ${raiseOpenFiles}, and restart`;
