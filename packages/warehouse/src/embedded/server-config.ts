import { createHash } from 'node:crypto';
import { largeStatements } from '../large-statements.js';
import { type Account, type Accounts, authorization, wrongCredentials } from './accounts.js';
import {
	engineGrants,
	outwardSettings,
	outwardTableSettings,
	readerGrants,
	readerLimits,
	readerRevokes,
	writerGrants,
} from './rights.js';
import { serverMemory } from './server-memory.js';

const megabyte = 1024 * 1024;

/** Limits of an embedded server, which shares its machine with other programs. */
const bounds = {
	markCacheBytes: 64 * megabyte,
	keepAliveSeconds: 30,
};

/**
 * Settings of the writer that keep the engine from compiling expressions to machine code. The engine compiles an
 * expression when a few statements have used it, which costs the first ten runs of the transforms a fifth of their
 * processor time, and a rebuild of a million events takes as long without it.
 */
const withoutJit = ['compile_expressions', 'compile_aggregate_expressions', 'compile_sort_description']
	.map((name) => `<${name}>0</${name}>`)
	.join('');

/**
 * The server's configuration file. HTTP answers only to exact Authorization headers: without these rules any web page
 * could post queries to the loopback port. The directory of programs that the engine may run is one that cannot exist.
 */
export function renderServerConfig(usersFile: string, accounts: Accounts): string {
	return `<clickhouse>
	<logger><level>none</level></logger>
	<users_config>${asXml(usersFile)}</users_config>
	<max_server_memory_usage>${serverMemory.bytes}</max_server_memory_usage>
	<max_server_memory_usage_to_ram_ratio>${serverMemory.ratio}</max_server_memory_usage_to_ram_ratio>
	<mark_cache_size>${bounds.markCacheBytes}</mark_cache_size>
	<keep_alive_timeout>${bounds.keepAliveSeconds}</keep_alive_timeout>
	<user_scripts_path>/dev/null/</user_scripts_path>
	<http_handlers>
		<rule>
			<url>/ping</url>
			<methods>GET</methods>
			<handler><type>static</type><status>200</status><response_content>Ok.</response_content></handler>
		</rule>
		${metricsRule(accounts.reader)}
		${queryRule(accounts.writer)}
		${queryRule(accounts.reader)}
		${answerRule(401, wrongCredentials, '<headers><Authorization>regex:.+</Authorization></headers>')}
		${answerRule(401, wrongCredentials, '<headers><X-ClickHouse-User>regex:.+</X-ClickHouse-User></headers>')}
		${answerRule(404, 'Not found.')}
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

/**
 * A fixed answer to the other requests. Without it, ClickHouse would answer with the URL, which may have a password in
 * its query string, and which logs of clients keep.
 */
function answerRule(status: number, text: string, filter = ''): string {
	return `<rule>
			${filter}
			<handler><type>static</type><status>${status}</status><response_content>${asXml(text)}\n</response_content></handler>
		</rule>`;
}

/** Metrics in the Prometheus text format: counters of the whole server, without data of any account. */
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

/** Readers can read every view of the largest definitions. */
const largeStatementsXml = Object.entries(largeStatements)
	.map(([name, value]) => `<${name}>${value}</${name}>`)
	.join('\n\t\t\t');

/**
 * The users file. The engine's own session runs as `default`, which has no password, and nothing can change that. A
 * request that passes the rules with the reader's header may say `?user=default`, and the engine accepts it. So
 * `default` may only keep the server listening, in a single session, which is the engine's own.
 */
export function renderUsersConfig(accounts: Accounts): string {
	return `<clickhouse>
	<profiles>
		<default/>
		<engine>
			<max_sessions_for_user>1</max_sessions_for_user>
			<constraints><max_sessions_for_user><const/></max_sessions_for_user></constraints>
		</engine>
		<writer>
			${withoutJit}
			<constraints>
				${constants([...outwardSettings, ...outwardTableSettings])}
			</constraints>
		</writer>
		<!-- readonly 2: may change settings, except this one. The limits have a minimum, because 0 would mean no limit. -->
		<reader>
			<readonly>2</readonly>
			${largeStatementsXml}
			<max_execution_time>${readerLimits.seconds}</max_execution_time>
			<max_memory_usage>${readerLimits.memoryBytes}</max_memory_usage>
			<constraints>
				<max_execution_time><min>1</min><max>${readerLimits.seconds}</max></max_execution_time>
				<max_memory_usage><min>1</min><max>${readerLimits.memoryBytes}</max></max_memory_usage>
				${constants(outwardSettings)}
			</constraints>
		</reader>
	</profiles>
	<quotas><default/></quotas>
	<users>
		${userEntry('default', '<no_password/>', 'engine', engineGrants)}
		${userEntry(accounts.writer.user, passwordHash(accounts.writer), 'writer', writerGrants)}
		${userEntry(accounts.reader.user, passwordHash(accounts.reader), 'reader', readerGrants, readerRevokes)}
	</users>
</clickhouse>
`;
}

function constants(settings: readonly string[]): string {
	return settings.map((name) => `<${name}><const/></${name}>`).join('');
}

function passwordHash({ password }: Account): string {
	return `<password_sha256_hex>${createHash('sha256').update(password).digest('hex')}</password_sha256_hex>`;
}

function userEntry(
	user: string,
	authentication: string,
	profile: string,
	grants: readonly string[],
	revokes: readonly string[] = [],
): string {
	const statements = [...grants.map((what) => `GRANT ${what}`), ...revokes.map((what) => `REVOKE ${what}`)];
	return `<${user}>
			${authentication}
			<networks><ip>127.0.0.1</ip></networks>
			<profile>${profile}</profile>
			<quota>default</quota>
			<grants>${statements.map((statement) => `<query>${statement}</query>`).join('')}</grants>
		</${user}>`;
}

function asXml(text: string): string {
	return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
