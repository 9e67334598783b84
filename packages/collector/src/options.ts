import type { Warehouse } from '@footfall/warehouse';
import type { Site } from './accept/intake/site-table.js';
import type { ByteRate, Rate } from './accept/limits/token-buckets.js';
import type { Logger } from './logger.js';
import { type FileSystem, realFileSystem } from './wal/file-system.js';

/** What a collector needs to be told. */
export interface CollectorOptions extends Partial<CollectorDefaults> {
	/** Directory of the log, of this collector alone. Created when missing. */
	logDirectory: string;
	/** Sites that may send; JSON events that name none go to the first. */
	sites: readonly Site[];
	/** Where events go; its migrations must have been applied. Stays open when the collector stops. */
	warehouse: Warehouse;
	/** What `GET /footfall.js` serves. */
	trackerScript: Uint8Array;
	/** What `GET /footfall-vitals.js` serves, the file that measures web vitals. @default none */
	vitalsScript?: Uint8Array;
	logger: Logger;
}

/** What has a default. Every bound of the collector that is not the protocol's is here. */
export interface CollectorDefaults {
	/** Address of the public port. @default '127.0.0.1' */
	host: string;
	/** Public port; 0 for any free one. @default 7070 */
	port: number;
	/** Address of the admin port, which tells anybody who reaches it how the collector does. @default '127.0.0.1' */
	adminHost: string;
	/** Admin port; 0 for any free one. @default 7071 */
	adminPort: number;
	/** Addresses and networks of proxies whose `X-Forwarded-For` is believed, like `10.0.0.0/8`. @default none */
	trustedProxies: readonly string[];
	/** MaxMind DB (`.mmdb`) that says which country an address is in, read once at the start. @default none */
	countryDatabase: string | undefined;
	/**
	 * Rate limit per address (IPv4 address or IPv6 /64; an IPv6 /48 has four times as much), events. Processes of this
	 * machine are exempt. @default 2000/s, 20 000 at once
	 */
	addressRate: Rate;
	/**
	 * Rate limit per address for bytes judged, whether accepted or not. Refusals and duplicates are charged some bytes
	 * more. Processes of this machine are exempt. @default 2 MiB/s, 16 MiB at once
	 */
	addressBytes: ByteRate;
	/**
	 * Rate limit of one visitor of one site from one network (of IPv6, a /48); processes of this machine are exempt.
	 * @default 100/s, 5000 at once
	 */
	visitorRate: Rate;
	/** Addresses, and visitors of a site in a network, whose rates are remembered. @default 100 000 */
	sendersMax: number;
	/**
	 * Open WebSockets; as many connections again may be no sockets. Fewer where the process may not open so many files.
	 * @default 50 000
	 */
	connectionsMax: number;
	/**
	 * Open WebSockets of one address, and four times as many of one IPv6 /48; as many connections again that are no sockets, at
	 * most an eighth of all. Processes of this machine are exempt. @default 1000
	 */
	connectionsPerAddressMax: number;
	/**
	 * Maximum bytes of incomplete bodies. Above it, their senders get `retry-later`. One network may fill an eighth.
	 * @default 64 MiB
	 */
	partialBodyBytesMax: number;
	/**
	 * Maximum bytes of batches that wait to be judged, and separately of JSON bodies. Above it, their senders get
	 * `retry-later`. One network may fill an eighth. @default 32 MiB
	 */
	waitingBytesMax: number;
	/** Time budget per turn of the event loop for judging input from other machines, ms. @default 5 */
	turnMs: number;
	/** Milliseconds that a first record waits for others to be synced with it. @default 2 */
	commitDelayMs: number;
	/** Bytes accepted and not yet synced, above which senders are told to come again. @default 16 MiB */
	pendingBytesMax: number;
	/** Bytes after which a segment is sealed. @default 16 MiB */
	sealBytes: number;
	/** Events after which a segment is sealed; an insert must stay one block. @default 300 000 */
	sealEvents: number;
	/** Age in milliseconds at which a segment is sealed when ClickHouse keeps up. @default 1000 */
	sealAfterMs: number;
	/** Bytes of log, above which senders are told to come again. @default 4 GiB */
	logBytesMax: number;
	/** Pause in milliseconds after a failed write or sync. @default 1000 */
	failurePauseMs: number;
	/** Batches remembered to answer `duplicate`. @default 100 000 */
	recentBatchesMax: number;
	/** User agents remembered. @default 2000 */
	userAgentsMax: number;
	/** Property keys of one site that are told apart, to be counted. @default 1000 */
	propertyKeysMax: number;
	/** First wait after a failed delivery, in milliseconds; doubles. @default 200 */
	deliveryBackoffFirstMs: number;
	/** Longest wait between two deliveries, in milliseconds. @default 10 000 */
	deliveryBackoffMaxMs: number;
	/** Refusals of its rows after which a segment is inserted around the bad ones. @default 3 */
	refusalsMax: number;
	/** Rows of one segment that may go to `events_quarantine`; beyond it the file is set aside. @default 100 */
	quarantinedMax: number;
	/** Least milliseconds from one insert to the next, so that merges keep up; but for what is handed off. @default 1000 */
	insertIntervalMs: number;
	/** Longest milliseconds that somebody waits for what is handed off: some times what an insert takes. @default 500 */
	handOffMsMax: number;
	/** Milliseconds after which an insert without an answer is looked up and, if need be, sent again; also of each look-up. @default 60 000 */
	insertMsMax: number;
	/** Milliseconds within which `stop` ends, delivered or not. @default 5000 */
	stopMs: number;
	/** Stands between the log and the disk. @default the disk */
	fileSystem: FileSystem;
}

/** The defaults. */
export const collectorDefaults: CollectorDefaults = {
	host: '127.0.0.1',
	port: 7070,
	adminHost: '127.0.0.1',
	adminPort: 7071,
	trustedProxies: [],
	countryDatabase: undefined,
	addressRate: { eventsPerSecond: 2_000, burstEvents: 20_000 },
	addressBytes: { bytesPerSecond: 2 * 1_048_576, burstBytes: 16 * 1_048_576 },
	visitorRate: { eventsPerSecond: 100, burstEvents: 5_000 },
	sendersMax: 100_000,
	connectionsMax: 50_000,
	connectionsPerAddressMax: 1_000,
	partialBodyBytesMax: 64 * 1_048_576,
	waitingBytesMax: 32 * 1_048_576,
	turnMs: 5,
	commitDelayMs: 2,
	pendingBytesMax: 16 * 1_048_576,
	sealBytes: 16 * 1_048_576,
	sealEvents: 300_000,
	sealAfterMs: 1_000,
	logBytesMax: 4_096 * 1_048_576,
	failurePauseMs: 1_000,
	recentBatchesMax: 100_000,
	userAgentsMax: 2_000,
	propertyKeysMax: 1_000,
	deliveryBackoffFirstMs: 200,
	deliveryBackoffMaxMs: 10_000,
	refusalsMax: 3,
	quarantinedMax: 100,
	insertIntervalMs: 1_000,
	handOffMsMax: 500,
	insertMsMax: 60_000,
	stopMs: 5_000,
	fileSystem: realFileSystem,
};
