import { readFileSync } from 'node:fs';
import type { CollectorDefaults } from '../../options.js';

/** Descriptors besides those of connections: the log, inserts, listeners, and what Node has open itself. */
const reservedDescriptors = 256;

/** The share of one address of all connections where there are fewer descriptors than permitted connections. */
const addressShare = 1 / 8;

type ConnectionBounds = Pick<CollectorDefaults, 'connectionsMax' | 'connectionsPerAddressMax'>;

/** How many descriptors this process may have open; `undefined` where the system does not tell in `/proc`. */
export function descriptorsMax(): number | undefined {
	try {
		return softLimit(readFileSync('/proc/self/limits', 'utf8'));
	} catch {
		return undefined;
	}
}

/** The soft limit of open files in a text like that of `/proc/self/limits`; `undefined` where there is none. */
export function softLimit(limits: string): number | undefined {
	const digits = /^Max open files\s+(\d+)\s/m.exec(limits)?.[1];
	return digits === undefined ? undefined : Number(digits);
}

/**
 * Bounds of connections that leave descriptors to the log and its delivery: there may be as many sockets, and as many connections
 * again. The same where they do already.
 */
export function withinDescriptors<Bounds extends ConnectionBounds>(bounds: Bounds, max = descriptorsMax()): Bounds {
	const connectionsMax = Math.max(1, Math.floor(((max ?? Number.POSITIVE_INFINITY) - reservedDescriptors) / 2));
	if (connectionsMax >= bounds.connectionsMax) return bounds;
	const ofAddress = Math.ceil(connectionsMax * addressShare);
	const connectionsPerAddressMax = Math.min(bounds.connectionsPerAddressMax, ofAddress);
	return { ...bounds, connectionsMax, connectionsPerAddressMax };
}

/** Connections that are plenty for a laptop and for most shops: below that an operator must hear of the limit. */
const fewConnections = 5_000;

/** The level at which a collector logs that it takes fewer connections. */
export const logLevelOf = ({ connectionsMax }: ConnectionBounds): 'warn' | 'info' =>
	connectionsMax < fewConnections ? 'warn' : 'info';

/** The advice of the log line: how to raise the limit. */
export const raiseDescriptors =
	'fewer connections are taken, since this process may not open enough files: raise the limit with `ulimit -n`, LimitNOFILE= of systemd, or --ulimit nofile= of docker, and start again';
