import { z } from 'zod';
import { byteSize, formatBytes } from './values/byte-size.js';
import { networks } from './values/networks.js';
import { byteRate, formatByteRate, formatRate, rate } from './values/rate.js';
import { formatSites, siteKey, siteList, siteObject, withoutKeys } from './values/site-list.js';
import {
	day,
	duration,
	formatDuration,
	formatWords,
	historyTarget,
	hostNames,
	httpAddress,
	onOff,
	path,
	port,
	secretText,
	share,
	wholeNumber,
	words,
} from './values/value-schemas.js';

/** One setting: its names, its accepted values and its default. */
export interface Option<Value = unknown> {
	/** Flag without its dashes; also the key in a settings file. The environment variable is derived from it. */
	flag: string;
	/**
	 * Environment variable, only where other tools use the same name for the same thing.
	 *
	 * @default `FOOTFALL_` + the flag
	 */
	variable?: string;
	/** Parses the text of a flag, a variable or a settings file; its error says what is allowed. */
	schema: z.ZodType<Value, string>;
	/** Parses an object or a list of a settings file; absent if the setting is always text. */
	structure?: z.ZodType<Value, unknown>;
	/** Formats a value as text that `schema` parses. @default String */
	format?(value: Value): string;
	/** Default, as text that `schema` parses; absent if the setting has no default. */
	default?: string;
	/** One line, with the unit and the range. */
	description: string;
	/**
	 * Stands for the value in the help. A flag without a placeholder takes no value and means true; in a file it is a
	 * boolean.
	 */
	placeholder?: string;
	/**
	 * `all`: never printed; the flag causes a warning. `password`: a URL, printed without its password; the flag causes
	 * a warning if the URL has a password. `keys`: sites, printed without their write keys; the flag causes a warning if
	 * it is JSON, which may have keys.
	 */
	secret?: 'all' | 'password' | 'keys';
	/** Returns the value without its secrets, for printing. @default all of its text is hidden as `secret` says */
	withoutSecrets?(value: Value): Value;
}

/** Environment variable of an option. Pure. */
export function variableOf({ flag, variable }: Pick<Option, 'flag' | 'variable'>): string {
	return variable ?? `FOOTFALL_${flag.toUpperCase().replaceAll('-', '_')}`;
}

/** Values of `--format`, by the command that takes them. */
export const sqlFormats = ['table', 'csv', 'tsv', 'json', 'ndjson', 'markdown', 'parquet'] as const;
export const lineageFormats = ['ascii', 'mermaid', 'html'] as const;
const formats = [...sqlFormats, ...lineageFormats] as const;

/** Last sentence of the description of a setting that is secret as a whole. */
const seenInFlag = 'A flag is visible to all users of the machine: use the variable or a file.';
/** Last sentence of the description of a URL that may contain a password. */
const passwordSeenInFlag = 'A password in a flag is visible to all users of the machine: use the variable or a file.';

/** Every setting of every command, in the order of the help and of the README's table (tested against this list). */
export const options = {
	config: {
		flag: 'config',
		schema: z.string(),
		placeholder: 'FILE',
		description: 'JSON file with settings. Without it: footfall.json in the working directory, if that file exists.',
	},
	data: {
		flag: 'data',
		schema: path,
		default: '.footfall',
		placeholder: 'DIR',
		description: 'Directory in which the write-ahead log (WAL) and the embedded ClickHouse keep their files.',
	},
	sites: {
		flag: 'sites',
		schema: siteList,
		structure: siteObject,
		format: formatSites,
		default: 'shop',
		placeholder: 'LIST',
		secret: 'keys',
		withoutSecrets: withoutKeys,
		description:
			'Site keys, each with the origins of its pages, such as shop=https://shop.example|https://m.shop.example,blog. A site without origins accepts events from any origin. As JSON or in a file, a site may also have write keys for servers: {"shop": {"origins": ["https://shop.example"], "keys": ["…"]}}. A key in a flag is visible to all users of the machine: use the variable or a file.',
	},
	visitorSecret: {
		flag: 'visitor-secret',
		schema: secretText,
		placeholder: 'SECRET',
		secret: 'all',
		description: `Secret key with which visitors are computed from user ids that are text, 16 to 128 characters; the same for all collectors and imports of an installation. Without it: a file in the directory of --data, which the first start creates. ${seenInFlag}`,
	},
	host: {
		flag: 'host',
		schema: z.string().min(1, 'must be an address'),
		default: '127.0.0.1',
		placeholder: 'ADDRESS',
		description: 'Address on which the collector listens for pages.',
	},
	port: {
		flag: 'port',
		schema: port,
		default: '7070',
		placeholder: 'PORT',
		description: 'Port of the collector; 0 selects any free port.',
	},
	adminHost: {
		flag: 'admin-host',
		schema: z.string().min(1, 'must be an address'),
		default: '127.0.0.1',
		placeholder: 'ADDRESS',
		description: 'Address of the admin port. Anyone who can reach it can read health and metrics without a password.',
	},
	adminPort: {
		flag: 'admin-port',
		schema: port,
		default: '7071',
		placeholder: 'PORT',
		description: 'Port of /docs, /metrics, /livez and /readyz; 0 selects any free port.',
	},
	workers: {
		flag: 'workers',
		schema: wholeNumber(1, 64),
		default: '1',
		placeholder: 'N',
		description:
			'Collector processes besides the main process, 1 to 64. They share the port; each has its own WAL, with an equal share of --wal-bytes.',
	},
	walBytes: {
		flag: 'wal-bytes',
		schema: byteSize(2 ** 26, 2 ** 50),
		format: formatBytes,
		default: '4GiB',
		placeholder: 'SIZE',
		description:
			'Maximum size of the write-ahead log (WAL), in bytes or as a size like 512MiB, from 64MiB to 1PiB. Above it, senders get retry-later.',
	},
	commitDelayMs: {
		flag: 'commit-delay-ms',
		schema: wholeNumber(0, 1_000),
		default: '2',
		placeholder: 'N',
		description:
			'Group-commit delay: how long the first event waits for others to share its fsync, in milliseconds, 0 to 1000.',
	},
	httpEngine: {
		flag: 'http-engine',
		schema: z.enum(['uws', 'node', 'auto'], 'must be uws, node or auto'),
		default: 'auto',
		placeholder: 'ENGINE',
		description:
			'What serves HTTP and WebSockets of the collector: uws (uWebSockets.js), node (Node.js itself, with less throughput), or auto: uWebSockets.js where it loads, else Node.js.',
	},
	trustedProxies: {
		flag: 'trusted-proxies',
		schema: networks,
		placeholder: 'LIST',
		description:
			'IP addresses and networks of reverse proxies whose X-Forwarded-For header is trusted, such as 127.0.0.1,10.0.0.0/8. Without it: none.',
	},
	countryDatabase: {
		flag: 'country-database',
		schema: path,
		placeholder: 'FILE',
		description:
			'MaxMind DB file (.mmdb) that maps IP addresses to countries, such as GeoLite2-Country or DB-IP Country Lite. Without it: countries are unknown.',
	},
	addressRate: {
		flag: 'address-rate',
		schema: rate,
		format: formatRate,
		default: '2000/20000',
		placeholder: 'RATE',
		description: 'Rate limit per IP address: events per second / burst. Processes of this machine are exempt.',
	},
	addressBytes: {
		flag: 'address-bytes',
		schema: byteRate,
		format: formatByteRate,
		default: '2MiB/16MiB',
		placeholder: 'RATE',
		description:
			'Rate limit per IP address for received bytes, accepted or refused: bytes per second / burst. Processes of this machine are exempt.',
	},
	visitorRate: {
		flag: 'visitor-rate',
		schema: rate,
		format: formatRate,
		default: '100/5000',
		placeholder: 'RATE',
		description: 'Rate limit per visitor: events per second / burst. Processes of this machine are exempt.',
	},
	clickhouseUrl: {
		flag: 'clickhouse-url',
		variable: 'CLICKHOUSE_URL',
		schema: z.string(),
		placeholder: 'URL',
		description: `URL of a ClickHouse server, such as http://user:password@host:8123/database. Without it: an embedded ClickHouse starts. ${passwordSeenInFlag}`,
		secret: 'password',
	},
	clickhousePort: {
		flag: 'clickhouse-port',
		schema: port,
		default: '0',
		placeholder: 'PORT',
		description: 'HTTP port of the embedded ClickHouse, which listens on 127.0.0.1 only; 0 selects any free port.',
	},
	clickhouseReaderUrl: {
		flag: 'clickhouse-reader-url',
		variable: 'CLICKHOUSE_READER_URL',
		schema: z.string(),
		placeholder: 'URL',
		description: `URL of the same server with a read-only account, for the dashboard. Without it: --clickhouse-url; the embedded ClickHouse has its own read-only account. ${passwordSeenInFlag}`,
		secret: 'password',
	},
	dashboardHost: {
		flag: 'dashboard-host',
		schema: z.string().min(1, 'must be an address'),
		default: '127.0.0.1',
		placeholder: 'ADDRESS',
		description:
			'Address on which the dashboard listens. An address that other machines can reach requires --dashboard-token.',
	},
	dashboardPort: {
		flag: 'dashboard-port',
		schema: port,
		default: '7073',
		placeholder: 'PORT',
		description: 'Port of the dashboard; 0 selects any free port.',
	},
	dashboardToken: {
		flag: 'dashboard-token',
		schema: z.string(),
		placeholder: 'TOKEN',
		description: `Token with which a browser logs in to the dashboard, at least 16 characters. Without it: a new random token at every start. ${seenInFlag}`,
		secret: 'all',
	},
	dashboardHosts: {
		flag: 'dashboard-hosts',
		schema: hostNames,
		format: (names: readonly string[]) => names.join(','),
		placeholder: 'LIST',
		description:
			'Host names under which a reverse proxy serves the dashboard, such as stats.shop.example. Without it: IP addresses and localhost only.',
	},
	transformSeconds: {
		flag: 'transform-seconds',
		schema: wholeNumber(1, 86_400),
		default: '5',
		placeholder: 'N',
		description:
			'Interval from the start of one run of the transforms to the start of the next, in seconds, 1 to 86400. While a dashboard is in use, a run starts as soon as there are new events and the last run has ended.',
	},
	project: {
		flag: 'project',
		schema: path,
		placeholder: 'DIR',
		description:
			'Folder with definitions, models, data tests and macros of your own, which footfall init creates. Without it: footfall in the working directory, if that folder exists.',
	},
	modelSeconds: {
		flag: 'model-seconds',
		schema: wholeNumber(1, 86_400),
		default: '60',
		placeholder: 'N',
		description:
			'Longest time that a run spends on one model of your own, in seconds, 1 to 86400. Above it, readers keep the earlier rows of the model, and the run goes on.',
	},
	modelMemory: {
		flag: 'model-memory',
		schema: byteSize(2 ** 26, 2 ** 40),
		format: formatBytes,
		default: '512MiB',
		placeholder: 'SIZE',
		description:
			'Memory that ClickHouse may use for one statement of a model of your own, in bytes or as a size like 1GiB, from 64MiB to 1TiB. Above it, readers keep the earlier rows of the model, and the run goes on.',
	},
	logLevel: {
		flag: 'log-level',
		schema: z.enum(['debug', 'info', 'warn', 'error', 'silent'], 'must be debug, info, warn, error or silent'),
		default: 'warn',
		placeholder: 'LEVEL',
		description:
			'Lowest level of the log lines that are written to stderr as JSON: debug, info, warn, error or silent.',
	},
	seconds: {
		flag: 'seconds',
		schema: wholeNumber(0, 86_400),
		default: '0',
		placeholder: 'N',
		description:
			'Duration of the demo, of simulate live and of simulate browsers, in seconds, 1 to 86400; 0 runs until Ctrl-C.',
	},
	browsers: {
		flag: 'browsers',
		schema: wholeNumber(0, 16),
		default: '2',
		placeholder: 'N',
		description: 'Real browsers that shop in the demo and in simulate browsers, 0 to 16.',
	},
	shoppers: {
		flag: 'shoppers',
		schema: wholeNumber(0, 20_000),
		default: '50',
		placeholder: 'N',
		description:
			'Concurrent simulated shoppers in the demo and in simulate live, each with its own connection, 0 to 20000.',
	},
	rps: {
		flag: 'rps',
		schema: wholeNumber(0, 1_000_000),
		default: '10',
		placeholder: 'N',
		description:
			'Batches per second that all simulated shoppers send together, 0 to 1000000; 0 sends as fast as the collector answers.',
	},
	addr: {
		flag: 'addr',
		schema: httpAddress,
		default: 'http://127.0.0.1:7070',
		placeholder: 'URL',
		description: `Address of the collector to which simulate and the pages of the demo shop send events. ${passwordSeenInFlag}`,
		secret: 'password',
	},
	transport: {
		flag: 'transport',
		schema: z.enum(['ws', 'beacon', 'json'], 'must be ws, beacon or json'),
		default: 'ws',
		placeholder: 'KIND',
		description:
			'Transport of simulate live: ws (as pages use), beacon (as closing pages use) or json (as servers use).',
	},
	history: {
		flag: 'history',
		schema: z.enum(['year', 'none'], 'must be year or none'),
		default: 'year',
		placeholder: 'KIND',
		description: 'History with which the demo starts: year (400 days of a fictional shop, which end now) or none.',
	},
	seed: {
		flag: 'seed',
		schema: wholeNumber(0, 4_294_967_295),
		default: '1',
		placeholder: 'N',
		description:
			'Seed of the random choices of simulated shoppers and browsers, 0 to 4294967295; the same seed gives the same choices.',
	},
	site: {
		flag: 'site',
		schema: siteKey,
		default: 'shop',
		placeholder: 'KEY',
		description:
			'Site key of the demo shop and of simulated or imported events. The collector accepts it only if it is one of --sites. Without it, types lists the events of all sites.',
	},
	shopHost: {
		flag: 'shop-host',
		schema: z.string().min(1, 'must be an address'),
		default: '127.0.0.1',
		placeholder: 'ADDRESS',
		description: 'Address on which footfall shop listens.',
	},
	shopPort: {
		flag: 'shop-port',
		schema: port,
		default: '7072',
		placeholder: 'PORT',
		description: 'Port of the demo shop, which demo and simulate open on 127.0.0.1; 0 selects any free port.',
	},
	from: {
		flag: 'from',
		schema: day,
		placeholder: 'DAY',
		description: 'First day of a simulated history, in UTC, such as 2026-01-31.',
	},
	to: {
		flag: 'to',
		schema: day,
		placeholder: 'DAY',
		description: 'Last day of a simulated history, in UTC, such as 2026-01-31.',
	},
	dau: {
		flag: 'dau',
		schema: wholeNumber(1, 10_000_000),
		default: '30',
		placeholder: 'N',
		description: 'Average daily active users of a simulated history, 1 to 10000000.',
	},
	orders: {
		flag: 'orders',
		schema: z.enum(['none', 'all', 'only'], 'must be none, all or only'),
		default: 'none',
		placeholder: 'KIND',
		description:
			'Orders and refunds of a simulated crowd: none; all, beside its other events, which stay the same; or only, for a history of orders alone.',
	},
	lifetime: {
		flag: 'lifetime',
		schema: duration,
		format: formatDuration,
		default: '13h',
		placeholder: 'TIME',
		description: 'Average time for which a simulated visitor remains a customer, such as 13h or 20d; at most 30d.',
	},
	late: {
		flag: 'late',
		schema: share,
		default: '0',
		placeholder: 'SHARE',
		description: 'Share of simulated batches that arrive hours late, 0 to 1.',
	},
	doubled: {
		flag: 'doubled',
		schema: share,
		default: '0',
		placeholder: 'SHARE',
		description: 'Share of simulated batches that arrive twice, 0 to 1.',
	},
	out: {
		flag: 'out',
		schema: historyTarget,
		default: 'warehouse',
		placeholder: 'FILE',
		description: 'Destination of a simulated history: a file that ends in .csv.zst, or warehouse for ClickHouse.',
	},
	zstdLevel: {
		flag: 'zstd-level',
		schema: wholeNumber(1, 22),
		default: '1',
		placeholder: 'N',
		description: 'Zstandard compression level of a simulated history in a file, 1 to 22.',
	},
	chromium: {
		flag: 'chromium',
		variable: 'CHROMIUM_PATH',
		schema: path,
		placeholder: 'FILE',
		description:
			"Chromium executable for real browsers. Without it: the system's Chromium, or else the one in the npm packages.",
	},
	select: {
		flag: 'select',
		schema: words,
		format: formatWords,
		placeholder: 'MODELS',
		description:
			'Models that transforms ls, test, compile, docs and lineage include: names, tag:shop, layer:marts, sessions+ (and all models downstream), 2+funnel (and two steps upstream); separate several with spaces.',
	},
	exclude: {
		flag: 'exclude',
		schema: words,
		format: formatWords,
		placeholder: 'MODELS',
		description: 'Models to remove from the selected ones, in the same syntax.',
	},
	fullRefresh: {
		flag: 'full-refresh',
		schema: onOff,
		default: 'false',
		description: 'Rebuild every model from scratch in transforms build, true or false; the flag alone means true.',
	},
	since: {
		flag: 'since',
		schema: day,
		placeholder: 'DAY',
		description:
			'First day, such as 2026-01-31: transforms build and restate recompute the visitors with events on this day or later, and orders compare compares the orders of this day and later.',
	},
	until: {
		flag: 'until',
		schema: day,
		placeholder: 'DAY',
		description:
			'Last day, such as 2026-01-31: transforms build and restate recompute the visitors with events on this day or earlier, and orders compare compares the orders of this day and earlier.',
	},
	user: {
		flag: 'user',
		schema: z.string().min(1, 'must be a visitor_id or a user_id'),
		placeholder: 'ID',
		description: 'visitor_id or user_id that transforms restate recomputes.',
	},
	watch: {
		flag: 'watch',
		schema: onOff,
		default: 'false',
		description:
			'Repeat transforms build every --transform-seconds until Ctrl-C, true or false; the flag alone means true. A run is skipped while another process runs the transforms.',
	},
	sql: {
		flag: 'sql',
		schema: onOff,
		default: 'false',
		description:
			'Print the SQL with which a run would compute each model in transforms plan, true or false; the flag alone means true.',
	},
	limit: {
		flag: 'limit',
		schema: wholeNumber(1, 10_000),
		default: '20',
		placeholder: 'N',
		description:
			'Maximum number of rows that transforms show prints, and of entries that transforms runs and left-out print, 1 to 10000.',
	},
	maxAge: {
		flag: 'max-age',
		schema: duration,
		format: formatDuration,
		default: '15m',
		placeholder: 'TIME',
		description:
			'Longest time that an event may wait for the marts before transforms freshness reports them as stale, such as 30s, 15m or 2h.',
	},
	format: {
		flag: 'format',
		schema: z.enum(formats, `must be ${formats.slice(0, -1).join(', ')} or ${formats.at(-1)}`),
		placeholder: 'FORMAT',
		description: `Format of the output. Of footfall sql: ${sqlFormats.join(', ')}; without it, table on a terminal, else csv. Of transforms lineage: ${lineageFormats.join(', ')}; without it, ascii.`,
	},
	file: {
		flag: 'file',
		schema: path,
		placeholder: 'FILE',
		description: 'File with the statement of footfall sql. Without it: the argument, or else the standard input.',
	},
	json: {
		flag: 'json',
		schema: onOff,
		default: 'false',
		description:
			'Print JSON instead of text in doctor, settings, transforms, quarantine and orders, true or false; the flag alone means true.',
	},
} as const satisfies Record<string, Option>;

export type OptionName = keyof typeof options;

/** The values of some options, by option name. A value without a default may be undefined. */
export type Settings<Name extends OptionName> = {
	[K in Name]: (typeof options)[K] extends { default: string }
		? z.infer<(typeof options)[K]['schema']>
		: z.infer<(typeof options)[K]['schema']> | undefined;
};
