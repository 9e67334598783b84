import { readFileSync } from 'node:fs';
import type { CollectorDefaults } from '../../options.js';

/** File descriptors besides those of connections: for the WAL, inserts, listeners, and Node itself. */
const reservedDescriptors = 256;

/** Share of one address of all connections if the descriptors do not suffice for the configured connections. */
const addressShare = 1 / 8;

type ConnectionBounds = Pick<CollectorDefaults, 'connectionsMax' | 'connectionsPerAddressMax'>;

/** Maximum number of open descriptors of this process; `undefined` if the system does not report it in `/proc`. */
export function descriptorsMax(): number | undefined {
	try {
		return softLimit(readFileSync('/proc/self/limits', 'utf8'));
	} catch {
		return undefined;
	}
}

/** Parses the soft limit of open files from the text of `/proc/self/limits`; `undefined` if there is none. */
export function softLimit(limits: string): number | undefined {
	const digits = /^Max open files\s+(\d+)\s/m.exec(limits)?.[1];
	return digits === undefined ? undefined : Number(digits);
}

/**
 * Reduces the limits of connections so that descriptors remain for the WAL and its delivery. There may be
 * `connectionsMax` sockets, and as many other connections. Returns the same object if the descriptors suffice.
 */
export function withinDescriptors<Bounds extends ConnectionBounds>(bounds: Bounds, max = descriptorsMax()): Bounds {
	const connectionsMax = Math.max(1, Math.floor(((max ?? Number.POSITIVE_INFINITY) - reservedDescriptors) / 2));
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
export const raiseDescriptors =
	'the limit of open files of this process is too low for the configured connections, so fewer are accepted: raise it with `ulimit -n`, LimitNOFILE= of systemd, or --ulimit nofile= of docker, and restart';
