/**
 * What the accounts of ClickHouse may do. No account may leave the database: files, addresses, other servers and programs
 * are for none of them, neither by a grant nor by a setting.
 */

/**
 * What Footfall itself does: everything with tables and views in databases whose names start with `footfall` (tests make
 * their own), a look at the server's tables, an end to its own statements. No dictionaries, since the source of one can be a
 * file, an address or a program, and nothing of ALTER that works on files beside the tables.
 */
export const writerGrants: readonly string[] = [
	'SELECT, INSERT, TRUNCATE, OPTIMIZE, SHOW, CHECK ON footfall*.*',
	'CREATE DATABASE, CREATE TABLE, CREATE VIEW, DROP DATABASE, DROP TABLE, DROP VIEW ON footfall*.*',
	'ALTER UPDATE, ALTER DELETE, ALTER COLUMN, ALTER INDEX, ALTER PROJECTION ON footfall*.*',
	'ALTER CONSTRAINT, ALTER ORDER BY, ALTER SAMPLE BY, ALTER TTL, ALTER SETTINGS ON footfall*.*',
	'ALTER STATISTICS, ALTER MODIFY COMMENT, ALTER VIEW MODIFY QUERY ON footfall*.*',
	'SYSTEM MERGES, SYSTEM TTL MERGES ON footfall*.*',
	'SELECT ON system.*',
	'KILL QUERY ON *.*',
	'CREATE TEMPORARY TABLE ON *.*',
	...['MergeTree', 'ReplacingMergeTree', 'SummingMergeTree', 'AggregatingMergeTree', 'Memory', 'Null', 'Join'].map(
		(engine) => `TABLE ENGINE ON ${engine}`,
	),
];

/** Dashboards and people. */
export const readerGrants: readonly string[] = ['SELECT ON footfall.*'];

/** What the reader must not read of that: with what the transforms key hashes. The table need not be there. */
export const readerRevokes: readonly string[] = ['SELECT ON footfall.transform_secret'];

/** The session that keeps the embedded server listening. */
export const engineGrants: readonly string[] = ['SYSTEM LISTEN ON *.*', 'SELECT ON system.numbers'];

/** Settings that name a file or an address, for which ClickHouse asks for no grant; nobody may change them. */
export const outwardSettings: readonly string[] = [
	'format_avro_schema_registry_url',
	'format_schema',
	'format_schema_source',
	'format_template_resultset',
	'format_template_row',
	'input_format_record_errors_file_path',
	'output_format_schema',
	'rename_files_after_processing',
];

/** Settings of tables that would keep them elsewhere than where the server keeps tables; the writer may not use them. */
export const outwardTableSettings: readonly string[] = ['merge_tree_disk', 'merge_tree_storage_policy'];
