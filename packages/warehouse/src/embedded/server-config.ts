import { type Account, type Accounts, authorization } from './accounts.js';

const megabyte = 1024 * 1024;

/** Bounds of an embedded server: a guest on a laptop, not its owner. */
const bounds = {
	/** Whichever of the two is less. */
	serverMemoryBytes: 4096 * megabyte,
	serverMemoryRatio: 0.5,
	markCacheBytes: 64 * megabyte,
	readerMemoryBytes: 1024 * megabyte,
	readerSeconds: 30,
	keepAliveSeconds: 30,
};

/**
 * The server's configuration file. HTTP answers only to exact Authorization headers: the engine's own session logs in as
 * `default` without a password and cannot be kept from it, so without these rules any web page could post queries to the
 * loopback port.
 */
export function renderServerConfig(usersFile: string, accounts: Accounts): string {
	return `<clickhouse>
	<logger><level>none</level></logger>
	<users_config>${asXml(usersFile)}</users_config>
	<max_server_memory_usage>${bounds.serverMemoryBytes}</max_server_memory_usage>
	<max_server_memory_usage_to_ram_ratio>${bounds.serverMemoryRatio}</max_server_memory_usage_to_ram_ratio>
	<mark_cache_size>${bounds.markCacheBytes}</mark_cache_size>
	<keep_alive_timeout>${bounds.keepAliveSeconds}</keep_alive_timeout>
	<http_handlers>
		<rule>
			<url>/ping</url>
			<methods>GET</methods>
			<handler><type>static</type><status>200</status><response_content>Ok.</response_content></handler>
		</rule>
		${metricsRule(accounts.reader)}
		${queryRule(accounts.writer)}
		${queryRule(accounts.reader)}
	</http_handlers>
</clickhouse>
`;
}

function queryRule(account: Account): string {
	return `<rule>
			<headers><Authorization>${authorization(account)}</Authorization></headers>
			<handler><type>dynamic_query_handler</type><query_param_name>query</query_param_name></handler>
		</rule>`;
}

/** How the server does, in the Prometheus text format: counters of the server as a whole, nothing of anybody's data. */
function metricsRule(account: Account): string {
	return `<rule>
			<url>/metrics</url>
			<methods>GET</methods>
			<headers><Authorization>${authorization(account)}</Authorization></headers>
			<handler>
				<type>prometheus</type>
				<metrics>true</metrics>
				<asynchronous_metrics>true</asynchronous_metrics>
				<events>true</events>
				<errors>true</errors>
			</handler>
		</rule>`;
}

/**
 * What Footfall itself does: everything with tables in databases whose names start with `footfall` (tests make their own),
 * a look at the server's tables, an end to its own statements. No files, since here `file()` reads any path of the
 * machine, and no URLs, no other servers, no users.
 */
const writerGrants = [
	'SELECT, INSERT, ALTER, CREATE, DROP, TRUNCATE, OPTIMIZE, SHOW, CHECK, dictGet ON footfall*.*',
	'SYSTEM MERGES, SYSTEM TTL MERGES ON footfall*.*',
	'SELECT ON system.*',
	'KILL QUERY ON *.*',
	'CREATE TEMPORARY TABLE ON *.*',
	...['MergeTree', 'ReplacingMergeTree', 'SummingMergeTree', 'AggregatingMergeTree', 'Memory', 'Null', 'Join'].map(
		(engine) => `TABLE ENGINE ON ${engine}`,
	),
];

/**
 * The users file. `default` is what the engine's own session runs as and cannot be locked. It is left with keeping the
 * server listening and nothing else: a request that passes the rules with the reader's header may still say
 * `?user=default`, the engine believes it, and rules see no parameters.
 */
export function renderUsersConfig(accounts: Accounts): string {
	return `<clickhouse>
	<profiles>
		<default/>
		<!-- readonly 2: may change settings, but not this one. The bounds have a least value because 0 would mean none. -->
		<reader>
			<readonly>2</readonly>
			<max_execution_time>${bounds.readerSeconds}</max_execution_time>
			<max_memory_usage>${bounds.readerMemoryBytes}</max_memory_usage>
			<constraints>
				<max_execution_time><min>1</min><max>${bounds.readerSeconds}</max></max_execution_time>
				<max_memory_usage><min>1</min><max>${bounds.readerMemoryBytes}</max></max_memory_usage>
			</constraints>
		</reader>
	</profiles>
	<quotas><default/></quotas>
	<users>
		${userEntry({ user: 'default', password: '' }, 'default', ['SYSTEM LISTEN ON *.*', 'SELECT ON system.numbers'])}
		${userEntry(accounts.writer, 'default', writerGrants)}
		${userEntry(accounts.reader, 'reader', ['SELECT ON footfall.*'])}
	</users>
</clickhouse>
`;
}

function userEntry({ user, password }: Account, profile: string, grants: readonly string[]): string {
	const queries = grants.map((grant) => `<query>GRANT ${grant}</query>`).join('');
	return `<${user}>
			<password>${password}</password>
			<networks><ip>127.0.0.1</ip></networks>
			<profile>${profile}</profile>
			<quota>default</quota>
			${queries === '' ? '' : `<grants>${queries}</grants>`}
		</${user}>`;
}

function asXml(text: string): string {
	return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
