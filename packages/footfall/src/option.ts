import { z } from 'zod';
import { byteSize, formatBytes } from './byte-size.js';
import { networks } from './networks.js';
import { byteRate, formatByteRate, formatRate, rate } from './rate.js';
import { formatSites, siteKey, siteList, siteObject } from './site-list.js';
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
	share,
	wholeNumber,
	words,
} from './value-schemas.js';

/** One setting: how it is given, what it may be, what it is when nobody gives it. */
export interface Option<Value = unknown> {
	/** Flag without its dashes; also the key in a settings file. */
	flag: string;
	/** Environment variable. */
	variable: string;
	/** From text to value; its message says what is allowed. A number of a settings file is read as its text. */
	schema: z.ZodType<Value, string>;
	/** From an object or a list of a settings file to value; absent when the setting has only a text. */
	structure?: z.ZodType<Value, unknown>;
	/** From value to the text that `schema` reads; absent when `String` does it. */
	format?(value: Value): string;
	/** As text, the way a person would give it; absent when there is none. */
	default?: string;
	/** One line, with the unit and the range. */
	description: string;
	/** What stands behind the flag in the help. A flag without one takes no value and means true; in a file it is a boolean. */
	placeholder?: string;
	/**
	 * `all`: not printed, and warned about as a flag. `password`: a URL, printed without its password, and warned about
	 * as a flag if it has one.
	 */
	secret?: 'all' | 'password';
}

/** The end of the description of every secret setting. */
const seenInFlag = 'A flag is visible to all users of the machine: use the variable or a file.';
const passwordSeenInFlag = 'A password in a flag is visible to all users of the machine: use the variable or a file.';

/** Every setting of every command, in the order of the help and of the README's table (tested against this list). */
export const options = {
	config: {
		flag: 'config',
		variable: 'FOOTFALL_CONFIG',
		schema: z.string(),
		placeholder: 'FILE',
		description: 'A JSON file with settings. Without it: footfall.json in the working directory, if it is there.',
	},
	data: {
		flag: 'data',
		variable: 'FOOTFALL_DATA',
		schema: path,
		default: '.footfall',
		placeholder: 'DIR',
		description: 'Where the log and the embedded ClickHouse keep their files.',
	},
	sites: {
		flag: 'sites',
		variable: 'FOOTFALL_SITES',
		schema: siteList,
		structure: siteObject,
		format: formatSites,
		default: 'shop',
		placeholder: 'LIST',
		description:
			'Site keys, each with the origins of its pages: shop=https://shop.example|https://m.shop.example,blog. Without origins: any.',
	},
	host: {
		flag: 'host',
		variable: 'FOOTFALL_HOST',
		schema: z.string().min(1, 'must be an address'),
		default: '127.0.0.1',
		placeholder: 'ADDRESS',
		description: 'Address that the collector listens on for pages.',
	},
	port: {
		flag: 'port',
		variable: 'FOOTFALL_PORT',
		schema: port,
		default: '7070',
		placeholder: 'PORT',
		description: 'Port of the collector; 0 takes any free one.',
	},
	adminHost: {
		flag: 'admin-host',
		variable: 'FOOTFALL_ADMIN_HOST',
		schema: z.string().min(1, 'must be an address'),
		default: '127.0.0.1',
		placeholder: 'ADDRESS',
		description: 'Address of the admin port; who reaches it can read how the collector does, without a password.',
	},
	adminPort: {
		flag: 'admin-port',
		variable: 'FOOTFALL_ADMIN_PORT',
		schema: port,
		default: '7071',
		placeholder: 'PORT',
		description: 'Port of /docs, /metrics, /livez and /readyz; 0 takes any free one.',
	},
	workers: {
		flag: 'workers',
		variable: 'FOOTFALL_WORKERS',
		schema: wholeNumber(1, 64),
		default: '1',
		placeholder: 'N',
		description:
			'Processes of the collector beside the main one, which share its port, 1 to 64; each has a log of its own, and a part of --log-bytes.',
	},
	logBytes: {
		flag: 'log-bytes',
		variable: 'FOOTFALL_LOG_BYTES',
		schema: byteSize(2 ** 26, 2 ** 50),
		format: formatBytes,
		default: '4GiB',
		placeholder: 'SIZE',
		description:
			'Size of the log of undelivered events, above which senders are told to come again: bytes, or like 512MiB, 64MiB to 1PiB.',
	},
	commitDelayMs: {
		flag: 'commit-delay-ms',
		variable: 'FOOTFALL_COMMIT_DELAY_MS',
		schema: wholeNumber(0, 1_000),
		default: '2',
		placeholder: 'N',
		description: 'Milliseconds that a first event waits for others to be synced with it, 0 to 1000.',
	},
	trustedProxies: {
		flag: 'trusted-proxies',
		variable: 'FOOTFALL_TRUSTED_PROXIES',
		schema: networks,
		placeholder: 'LIST',
		description:
			'Addresses and networks of the proxies in front, whose X-Forwarded-For is believed: 127.0.0.1,10.0.0.0/8. Without it: none.',
	},
	countryDatabase: {
		flag: 'country-database',
		variable: 'FOOTFALL_COUNTRY_DATABASE',
		schema: path,
		placeholder: 'FILE',
		description:
			'A MaxMind DB (.mmdb) like GeoLite2-Country or DB-IP Country Lite, for the country of visitors. Without it: not known.',
	},
	addressRate: {
		flag: 'address-rate',
		variable: 'FOOTFALL_ADDRESS_RATE',
		schema: rate,
		format: formatRate,
		default: '2000/20000',
		placeholder: 'RATE',
		description: 'Events that one address may send: per second, and at once. Processes of this machine are exempt.',
	},
	addressBytes: {
		flag: 'address-bytes',
		variable: 'FOOTFALL_ADDRESS_BYTES',
		schema: byteRate,
		format: formatByteRate,
		default: '2MiB/16MiB',
		placeholder: 'RATE',
		description:
			'Rate limit per IP address for bytes judged, accepted or not: bytes per second / burst. Processes of this machine are exempt.',
	},
	visitorRate: {
		flag: 'visitor-rate',
		variable: 'FOOTFALL_VISITOR_RATE',
		schema: rate,
		format: formatRate,
		default: '100/5000',
		placeholder: 'RATE',
		description: 'Events that one visitor may send: per second, and at once. Processes of this machine are exempt.',
	},
	clickhouseUrl: {
		flag: 'clickhouse-url',
		variable: 'CLICKHOUSE_URL',
		schema: z.string(),
		placeholder: 'URL',
		description: `A ClickHouse server to use, http://user:password@host:8123/database. Without it an embedded one starts. ${passwordSeenInFlag}`,
		secret: 'password',
	},
	clickhousePort: {
		flag: 'clickhouse-port',
		variable: 'FOOTFALL_CLICKHOUSE_PORT',
		schema: port,
		default: '0',
		placeholder: 'PORT',
		description: 'HTTP port of the embedded ClickHouse, on 127.0.0.1 only; 0 takes any free one.',
	},
	clickhouseReaderUrl: {
		flag: 'clickhouse-reader-url',
		variable: 'CLICKHOUSE_READER_URL',
		schema: z.string(),
		placeholder: 'URL',
		description: `The same server with an account that may only read, for the dashboard. Without it: --clickhouse-url; the embedded one has its own. ${passwordSeenInFlag}`,
		secret: 'password',
	},
	dashboardHost: {
		flag: 'dashboard-host',
		variable: 'FOOTFALL_DASHBOARD_HOST',
		schema: z.string().min(1, 'must be an address'),
		default: '127.0.0.1',
		placeholder: 'ADDRESS',
		description: 'Address that the dashboard listens on; one that others reach needs --dashboard-token.',
	},
	dashboardPort: {
		flag: 'dashboard-port',
		variable: 'FOOTFALL_DASHBOARD_PORT',
		schema: port,
		default: '7073',
		placeholder: 'PORT',
		description: 'Port of the dashboard; 0 takes any free one.',
	},
	dashboardToken: {
		flag: 'dashboard-token',
		variable: 'FOOTFALL_DASHBOARD_TOKEN',
		schema: z.string(),
		placeholder: 'TOKEN',
		description: `What a browser must know to see the dashboard, 16 characters at least. Without it: a new one at every start. ${seenInFlag}`,
		secret: 'all',
	},
	dashboardHosts: {
		flag: 'dashboard-hosts',
		variable: 'FOOTFALL_DASHBOARD_HOSTS',
		schema: hostNames,
		format: (names: readonly string[]) => names.join(','),
		placeholder: 'LIST',
		description:
			'Names under which a proxy in front serves the dashboard: stats.shop.example. Without it: addresses and localhost alone.',
	},
	transformSeconds: {
		flag: 'transform-seconds',
		variable: 'FOOTFALL_TRANSFORM_SECONDS',
		schema: wholeNumber(1, 86_400),
		default: '5',
		placeholder: 'N',
		description: 'Seconds from the start of one run of the transforms to the next, 1 to 86400.',
	},
	logLevel: {
		flag: 'log-level',
		variable: 'FOOTFALL_LOG_LEVEL',
		schema: z.enum(['debug', 'info', 'warn', 'error', 'silent'], 'must be debug, info, warn, error or silent'),
		default: 'warn',
		placeholder: 'LEVEL',
		description: 'Log lines of this level and above go to stderr as JSON: debug, info, warn, error or silent.',
	},
	seconds: {
		flag: 'seconds',
		variable: 'FOOTFALL_DEMO_SECONDS',
		schema: wholeNumber(0, 86_400),
		default: '0',
		placeholder: 'N',
		description: 'How long shoppers of the demo and simulated ones go on, 1 to 86400; 0 is until Ctrl-C.',
	},
	browsers: {
		flag: 'browsers',
		variable: 'FOOTFALL_DEMO_BROWSERS',
		schema: wholeNumber(0, 16),
		default: '2',
		placeholder: 'N',
		description: 'Real browsers that shop in the demo, 0 to 16.',
	},
	shoppers: {
		flag: 'shoppers',
		variable: 'FOOTFALL_SIMULATE_SHOPPERS',
		schema: wholeNumber(0, 20_000),
		default: '50',
		placeholder: 'N',
		description:
			'Simulated shoppers at the same time, of the demo and of simulate live, each with a connection, 0 to 20000.',
	},
	rps: {
		flag: 'rps',
		variable: 'FOOTFALL_SIMULATE_RPS',
		schema: wholeNumber(0, 1_000_000),
		default: '10',
		placeholder: 'N',
		description:
			'Batches a second that simulated shoppers send all together, 0 to 1000000; 0 is as fast as answers come.',
	},
	addr: {
		flag: 'addr',
		variable: 'FOOTFALL_SIMULATE_ADDR',
		schema: httpAddress,
		default: 'http://127.0.0.1:7070',
		placeholder: 'URL',
		description: `The collector that simulate live sends to. ${passwordSeenInFlag}`,
		secret: 'password',
	},
	transport: {
		flag: 'transport',
		variable: 'FOOTFALL_SIMULATE_TRANSPORT',
		schema: z.enum(['ws', 'beacon', 'json'], 'must be ws, beacon or json'),
		default: 'ws',
		placeholder: 'KIND',
		description: 'How simulate live sends: ws as pages do, beacon as closing pages do, json as servers do.',
	},
	history: {
		flag: 'history',
		variable: 'FOOTFALL_DEMO_HISTORY',
		schema: z.enum(['year', 'none'], 'must be year or none'),
		default: 'year',
		placeholder: 'KIND',
		description: 'What the demo starts with: year, the 400 days before now of a made-up shop, or none.',
	},
	seed: {
		flag: 'seed',
		variable: 'FOOTFALL_DEMO_SEED',
		schema: wholeNumber(0, 4_294_967_295),
		default: '1',
		placeholder: 'N',
		description: 'What shoppers do, of the demo and simulated ones; the same number makes the same choices.',
	},
	site: {
		flag: 'site',
		variable: 'FOOTFALL_DEMO_SITE',
		schema: siteKey,
		default: 'shop',
		placeholder: 'KEY',
		description: 'Site key of the shop of the demo, and of what is simulated or imported; one of --sites.',
	},
	shopHost: {
		flag: 'shop-host',
		variable: 'FOOTFALL_SHOP_HOST',
		schema: z.string().min(1, 'must be an address'),
		default: '127.0.0.1',
		placeholder: 'ADDRESS',
		description: 'Address that footfall shop listens on.',
	},
	collectorUrl: {
		flag: 'collector-url',
		variable: 'FOOTFALL_COLLECTOR_URL',
		schema: z.url({ protocol: /^https?$/, error: 'must be an address like http://127.0.0.1:7070' }),
		default: 'http://127.0.0.1:7070',
		placeholder: 'URL',
		description: `Where the pages of footfall shop find the collector. ${passwordSeenInFlag}`,
		secret: 'password',
	},
	shopPort: {
		flag: 'shop-port',
		variable: 'FOOTFALL_DEMO_SHOP_PORT',
		schema: port,
		default: '7072',
		placeholder: 'PORT',
		description: 'Port of the shop of the demo, on 127.0.0.1; 0 takes any free one.',
	},
	from: {
		flag: 'from',
		variable: 'FOOTFALL_SIMULATE_FROM',
		schema: day,
		placeholder: 'DAY',
		description: 'First day of a simulated history, UTC, 2026-01-31.',
	},
	to: {
		flag: 'to',
		variable: 'FOOTFALL_SIMULATE_TO',
		schema: day,
		placeholder: 'DAY',
		description: 'Last day of a simulated history, UTC, 2026-01-31.',
	},
	dau: {
		flag: 'dau',
		variable: 'FOOTFALL_SIMULATE_DAU',
		schema: wholeNumber(1, 10_000_000),
		default: '30',
		placeholder: 'N',
		description: 'People who are active on a day of a simulated history, on average, 1 to 10000000.',
	},
	lifetime: {
		flag: 'lifetime',
		variable: 'FOOTFALL_SIMULATE_LIFETIME',
		schema: duration,
		format: formatDuration,
		default: '13h',
		placeholder: 'TIME',
		description: 'How long simulated people stay customers, on average: 13h, 20d; at most 30d.',
	},
	late: {
		flag: 'late',
		variable: 'FOOTFALL_SIMULATE_LATE',
		schema: share,
		default: '0',
		placeholder: 'SHARE',
		description: 'Share of simulated batches that arrive hours late, 0 to 1.',
	},
	doubled: {
		flag: 'doubled',
		variable: 'FOOTFALL_SIMULATE_DOUBLED',
		schema: share,
		default: '0',
		placeholder: 'SHARE',
		description: 'Share of simulated batches that arrive twice, 0 to 1.',
	},
	out: {
		flag: 'out',
		variable: 'FOOTFALL_SIMULATE_OUT',
		schema: historyTarget,
		default: 'warehouse',
		placeholder: 'FILE',
		description: 'Where a simulated history goes: a file that ends in .csv.zst, or warehouse for ClickHouse.',
	},
	zstdLevel: {
		flag: 'zstd-level',
		variable: 'FOOTFALL_SIMULATE_ZSTD_LEVEL',
		schema: wholeNumber(1, 22),
		default: '1',
		placeholder: 'N',
		description: 'How hard a simulated history is compressed into a file, 1 to 22.',
	},
	chromium: {
		flag: 'chromium',
		variable: 'CHROMIUM_PATH',
		schema: path,
		placeholder: 'FILE',
		description:
			'The Chromium that shoppers use. Without it: one of the system, else the one that comes with the packages.',
	},
	select: {
		flag: 'select',
		variable: 'FOOTFALL_SELECT',
		schema: words,
		format: formatWords,
		placeholder: 'MODELS',
		description:
			'Models that transforms ls, test, compile, lineage and docs look at: names, tag:shop, layer:marts, sessions+, 2+funnel; several with spaces.',
	},
	exclude: {
		flag: 'exclude',
		variable: 'FOOTFALL_EXCLUDE',
		schema: words,
		format: formatWords,
		placeholder: 'MODELS',
		description: 'Models to leave out of those selected, written the same way.',
	},
	fullRefresh: {
		flag: 'full-refresh',
		variable: 'FOOTFALL_FULL_REFRESH',
		schema: onOff,
		default: 'false',
		description: 'Whether transforms build makes everything anew, true or false; the flag alone means true.',
	},
	dryRun: {
		flag: 'dry-run',
		variable: 'FOOTFALL_DRY_RUN',
		schema: onOff,
		default: 'false',
		description: 'Whether transforms build only says what it would do, true or false; the flag alone means true.',
	},
	since: {
		flag: 'since',
		variable: 'FOOTFALL_SINCE',
		schema: day,
		placeholder: 'DAY',
		description: 'Makes the visitors of this day and later ones anew, 2026-01-31.',
	},
	until: {
		flag: 'until',
		variable: 'FOOTFALL_UNTIL',
		schema: day,
		placeholder: 'DAY',
		description: 'Makes the visitors of this day and earlier ones anew, 2026-01-31.',
	},
	user: {
		flag: 'user',
		variable: 'FOOTFALL_USER',
		schema: z.string().min(1, 'must be a visitor_id or a user_id'),
		placeholder: 'ID',
		description: 'Visitor or user that transforms restate makes anew.',
	},
	watch: {
		flag: 'watch',
		variable: 'FOOTFALL_WATCH',
		schema: onOff,
		default: 'false',
		description: 'Whether transforms build goes on until Ctrl-C, true or false; the flag alone means true.',
	},
	every: {
		flag: 'every',
		variable: 'FOOTFALL_EVERY',
		schema: duration,
		format: formatDuration,
		placeholder: 'TIME',
		description:
			'Goes on until Ctrl-C, so long from the start of one run to the next: 1s, 5m, 1h. A run that finds another one under way is skipped.',
	},
	limit: {
		flag: 'limit',
		variable: 'FOOTFALL_LIMIT',
		schema: wholeNumber(1, 10_000),
		default: '20',
		placeholder: 'N',
		description: 'Rows that transforms show prints, and runs that transforms runs lists, 1 to 10000.',
	},
	maxAge: {
		flag: 'max-age',
		variable: 'FOOTFALL_MAX_AGE',
		schema: duration,
		format: formatDuration,
		default: '15m',
		placeholder: 'TIME',
		description: 'How long an event may wait for the marts before transforms freshness calls them stale: 30s, 15m, 2h.',
	},
	format: {
		flag: 'format',
		variable: 'FOOTFALL_GRAPH_FORMAT',
		schema: z.enum(['ascii', 'mermaid', 'html'], 'must be ascii, mermaid or html'),
		default: 'ascii',
		placeholder: 'FORMAT',
		description: 'How transforms lineage draws: ascii, mermaid or html.',
	},
	json: {
		flag: 'json',
		variable: 'FOOTFALL_SETTINGS_JSON',
		schema: onOff,
		default: 'false',
		description: 'Whether settings and transforms print one JSON object, true or false; the flag alone means true.',
	},
} as const satisfies Record<string, Option>;

export type OptionName = keyof typeof options;

/** The settings of some options, as values. Those without a default may be undefined. */
export type Settings<Name extends OptionName> = {
	[K in Name]: (typeof options)[K] extends { default: string }
		? z.infer<(typeof options)[K]['schema']>
		: z.infer<(typeof options)[K]['schema']> | undefined;
};
