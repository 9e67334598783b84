// Creates the secrets of the stack: node docker/make-secrets.js [DIRECTORY]. Existing secrets are kept; remove the
// directory to create new ones.
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const directory = process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), 'secrets');
const secret = () => randomBytes(24).toString('base64url');
const [writer, reader, dashboardToken] = [secret(), secret(), secret()];
const urlOf = (user, password) => `http://${user}:${password}@clickhouse:8123/footfall`;

/** The same rights as in the embedded ClickHouse (tested). */
const writerGrants = [
	'GRANT SELECT, INSERT, TRUNCATE, OPTIMIZE, SHOW, CHECK ON footfall*.*',
	'GRANT CREATE DATABASE, CREATE TABLE, CREATE VIEW, DROP DATABASE, DROP TABLE, DROP VIEW ON footfall*.*',
	'GRANT ALTER UPDATE, ALTER DELETE, ALTER COLUMN, ALTER INDEX, ALTER PROJECTION ON footfall*.*',
	'GRANT ALTER CONSTRAINT, ALTER ORDER BY, ALTER SAMPLE BY, ALTER TTL, ALTER SETTINGS ON footfall*.*',
	'GRANT ALTER STATISTICS, ALTER MODIFY COMMENT, ALTER VIEW MODIFY QUERY ON footfall*.*',
	'GRANT SYSTEM MERGES, SYSTEM TTL MERGES ON footfall*.*',
	'GRANT SELECT ON system.*',
	'GRANT KILL QUERY ON *.*',
	'GRANT CREATE TEMPORARY TABLE ON *.*',
	'GRANT TABLE ENGINE ON MergeTree',
	'GRANT TABLE ENGINE ON ReplacingMergeTree',
	'GRANT TABLE ENGINE ON SummingMergeTree',
	'GRANT TABLE ENGINE ON AggregatingMergeTree',
	'GRANT TABLE ENGINE ON Memory',
	'GRANT TABLE ENGINE ON Null',
	'GRANT TABLE ENGINE ON Join',
];
const readerGrants = [
	'GRANT SELECT ON footfall.*',
	'GRANT SELECT ON footfall_marts.*',
	'REVOKE SELECT ON footfall.transform_secret',
];

/** Settings that name files, addresses or disks, which neither account may change. */
const outwardSettings = [
	'format_avro_schema_registry_url',
	'format_schema',
	'format_schema_source',
	'format_template_resultset',
	'format_template_row',
	'input_format_record_errors_file_path',
	'output_format_schema',
	'rename_files_after_processing',
];
const outwardTableSettings = ['merge_tree_disk', 'merge_tree_storage_policy'];

const constants = (settings) => settings.map((name) => `<${name}><const/></${name}>`).join('');
const user = (name, password, profile, grants) => `		<${name}>
			<password_sha256_hex>${createHash('sha256').update(password).digest('hex')}</password_sha256_hex>
			<networks><ip>::/0</ip></networks>
			<profile>${profile}</profile>
			<quota>default</quota>
			<grants>${grants.map((grant) => `<query>${grant}</query>`).join('')}</grants>
		</${name}>`;

const users = `<clickhouse>
	<profiles>
		<footfall_writer>
			<constraints>${constants([...outwardSettings, ...outwardTableSettings])}</constraints>
		</footfall_writer>
		<!-- readonly 2: may change settings, except this one. -->
		<footfall_reader>
			<readonly>2</readonly>
			<max_execution_time>30</max_execution_time>
			<max_memory_usage>1073741824</max_memory_usage>
			<constraints>
				<max_execution_time><min>1</min><max>30</max></max_execution_time>
				<max_memory_usage><min>1</min><max>1073741824</max></max_memory_usage>
				${constants(outwardSettings)}
			</constraints>
		</footfall_reader>
	</profiles>
	<users>
		<!-- No account without a password. -->
		<default remove="remove"/>
${user('footfall', writer, 'footfall_writer', writerGrants)}
${user('reader', reader, 'footfall_reader', readerGrants)}
	</users>
</clickhouse>
`;

const files = {
	'clickhouse-users.xml': users,
	'writer.json': `${JSON.stringify({ 'clickhouse-url': urlOf('footfall', writer) })}\n`,
	'reader.json': `${JSON.stringify({ 'clickhouse-reader-url': urlOf('reader', reader), 'dashboard-token': dashboardToken })}\n`,
	'dashboard-token': dashboardToken,
	'grafana-password': secret(),
	'metabase-password': secret(),
};

if (existsSync(join(directory, 'writer.json'))) {
	process.stderr.write(`${directory} already contains secrets, which are kept.\n`);
} else {
	mkdirSync(directory, { recursive: true, mode: 0o700 });
	// Compose mounts a secret with the mode of its file, and every container has its own user, so files are readable
	// by all. The mode of the directory protects them from other users of this machine.
	for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content, { mode: 0o444 });
	process.stdout.write(`Created ${directory}. The token of the dashboard: ${dashboardToken}\n`);
}
