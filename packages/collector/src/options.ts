import type { Warehouse } from '@footfall/warehouse';
import type { Site } from './accept/intake/site-table.js';
import type { ByteRate, Rate } from './accept/limits/token-buckets.js';
import type { HttpEngine } from './accept/transport/choose-engine.js';
import type { Logger } from './logger.js';
import { type FileSystem, realFileSystem } from './wal/file-system.js';

/** Options of a collector. */
export interface CollectorOptions extends Partial<CollectorDefaults> {
	/** Directory of the write-ahead log. No other collector may use it. Created if missing. */
	walDirectory: string;
	/** Sites that may send. JSON events that name no site belong to the first. */
	sites: readonly Site[];
	/**
	 * Key with which visitors are computed from user ids that are text. It is the same in all collectors of an
	 * installation and after every restart: with another one, the same user would be another visitor.
	 */
	visitorSecret: string;
	/**
	 * The ClickHouse that events are delivered to. Its migrations must have been applied. The collector does not close
	 * it.
	 */
	warehouse: Warehouse;
	/** Content of `GET /footfall.js`. */
	trackerScript: Uint8Array;
	/** Content of `GET /footfall-vitals.js`, the second file of the tracker. @default none */
	vitalsScript?: Uint8Array;
	/** Content of `GET /footfall-datalayer.js`, the file of the tracker that reads data layers. @default none */
	dataLayerScript?: Uint8Array;
	logger: Logger;
}

/** Options with defaults. They contain every limit of the collector that is not one of the protocol. */
export interface CollectorDefaults {
	/** Address of the public port. @default '127.0.0.1' */
	host: string;
	/** Public port; 0 for any free port. @default 7070 */
	port: number;
	/** Address of the admin port. Anyone who can reach it can read health and metrics. @default '127.0.0.1' */
	adminHost: string;
	/** Admin port; 0 for any free port. @default 7071 */
	adminPort: number;
	/**
	 * The engine of HTTP and WebSockets: `uws` is uWebSockets.js, `node` is Node's own http, and `auto` is uWebSockets.js
	 * where it loads. @default 'auto'
	 */
	httpEngine: HttpEngine;
	/** Addresses and networks of proxies whose `X-Forwarded-For` is trusted, such as `10.0.0.0/8`. @default none */
	trustedProxies: readonly string[];
	/** Path of a MaxMind DB (`.mmdb`) for the country of an address, read once at the start. @default none */
	countryDatabase: string | undefined;
	/**
	 * Rate limit per address (IPv4 address or IPv6 /64; an IPv6 /48 has four times as much), events. Processes of this
	 * machine have no limit. @default 2000/s, burst 20 000
	 */
	addressRate: Rate;
	/**
	 * Rate limit per address for bytes that are checked, whether accepted or not. Rejections and duplicates are charged
	 * additional bytes. Processes of this machine have no limit. @default 2 MiB/s, burst 16 MiB
	 */
	addressBytes: ByteRate;
	/**
	 * Rate limit of one visitor of one site from one network (of IPv6, a /48), events. Processes of this machine have
	 * no limit. @default 100/s, burst 5000
	 */
	visitorRate: Rate;
	/**
	 * Maximum number of addresses, and of visitors per site and network, whose rates are remembered. @default 100 000
	 */
	sendersMax: number;
	/**
	 * Maximum number of open WebSockets, and of other connections. Reduced if the process may not open enough files.
	 * @default 50 000
	 */
	connectionsMax: number;
	/**
	 * Maximum number of open WebSockets of one address, and of its other connections, which are also limited to an
	 * eighth of all. An IPv6 /48 may have four times as many. Processes of this machine have no limit. @default 1000
	 */
	connectionsPerAddressMax: number;
	/**
	 * Maximum size of all incomplete bodies, bytes. Above it, their senders get `retry-later`. One network may use an
	 * eighth. @default 64 MiB
	 */
	partialBodyBytesMax: number;
	/**
	 * Maximum size of the batches that wait to be checked, of the JSON bodies that wait to be validated, and of the
	 * compressed bodies that wait to be inflated, each by itself, bytes. Above it, their senders get `retry-later`. One
	 * network may use an eighth. @default 32 MiB
	 */
	waitingBytesMax: number;
	/** Time budget for checking input from other machines in one iteration of the event loop, ms. @default 5 */
	timeSliceMs: number;
	/** Group-commit delay: how long the first record waits for others to share its fsync, ms. @default 2 */
	commitDelayMs: number;
	/**
	 * Maximum size of the records that wait to be written, bytes. Above it, senders get `retry-later`. @default 16 MiB
	 */
	pendingBytesMax: number;
	/** Size at which a segment is sealed, bytes. @default 16 MiB */
	sealBytes: number;
	/** Number of events at which a segment is sealed. One insert must remain one block. @default 300 000 */
	sealEvents: number;
	/** Age at which a segment is sealed if ClickHouse keeps up, ms. @default 1000 */
	sealAfterMs: number;
	/** Maximum size of the write-ahead log, bytes. Above it, senders get `retry-later`. @default 4 GiB */
	walBytes: number;
	/** Pause after a failed write or fsync, ms. @default 1000 */
	failurePauseMs: number;
	/**
	 * How long the start repeats failed reads of the write-ahead log, ms: the system may lack descriptors or memory for a
	 * moment only. @default 10 000
	 */
	startRetryMsMax: number;
	/** Number of batches remembered to answer `duplicate`. @default 100 000 */
	recentBatchesMax: number;
	/** Number of user agents whose parsed form is remembered. @default 2000 */
	userAgentsMax: number;
	/** Maximum number of property keys that are counted for one site. @default 1000 */
	propertyKeysMax: number;
	/** First wait after a failed delivery, ms; it doubles with each failure. @default 200 */
	deliveryBackoffFirstMs: number;
	/** Maximum wait between two attempts to deliver, ms. @default 10 000 */
	deliveryBackoffMaxMs: number;
	/** Number of rejections of its rows after which a segment is inserted around the rejected rows. @default 3 */
	refusalsMax: number;
	/**
	 * Maximum number of rows of one segment in `events_quarantine`. Above it, the file of the segment is quarantined.
	 * @default 100
	 */
	quarantinedMax: number;
	/**
	 * Minimum interval between two inserts, so that merges keep up, ms. It does not apply during `handOff()`. @default
	 * 1000
	 */
	insertIntervalMs: number;
	/** Upper bound on the wait in `handOff()`, ms; a few times the duration of an insert. @default 500 */
	handOffMsMax: number;
	/**
	 * Insert timeout, ms. An insert that times out is looked up, and resent if it is missing. Look-ups have the same
	 * timeout. @default 60 000
	 */
	insertMsMax: number;
	/** Time limit of `stop()`, ms, whether everything is delivered or not. @default 5000 */
	stopMs: number;
	/** File system of the write-ahead log; a test may replace it. @default the disk */
	fileSystem: FileSystem;
}

/** The defaults. */
export const collectorDefaults: CollectorDefaults = {
	host: '127.0.0.1',
	port: 7070,
	adminHost: '127.0.0.1',
	adminPort: 7071,
	httpEngine: 'auto',
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
	timeSliceMs: 5,
	commitDelayMs: 2,
	pendingBytesMax: 16 * 1_048_576,
	sealBytes: 16 * 1_048_576,
	sealEvents: 300_000,
	sealAfterMs: 1_000,
	walBytes: 4_096 * 1_048_576,
	failurePauseMs: 1_000,
	startRetryMsMax: 10_000,
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
