import { martsDatabaseOf } from '../schema/marts-database.js';

/**
 * Rights of the ClickHouse accounts. No account may leave the database: no grant and no setting gives access to files,
 * addresses, other servers or programs.
 */

/**
 * Rights that Footfall itself needs: everything with tables and views in databases whose names start with `footfall`
 * (tests create their own), reading the server's tables, and ending its own statements. Dictionaries are excluded,
 * since the source of one can be a file, an address or a program, and so is every ALTER that works on files beside the
 * tables.
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

/** Rights of the dashboard and of analysts. */
export const readerGrants: readonly string[] = ['SELECT ON footfall.*', `SELECT ON ${martsDatabaseOf('footfall')}.*`];

/** Table that the reader must not read: the key of the transforms' hashes. The table need not exist. */
export const readerRevokes: readonly string[] = ['SELECT ON footfall.transform_secret'];

/** Rights of the session that keeps the embedded server listening. */
export const engineGrants: readonly string[] = ['SYSTEM LISTEN ON *.*', 'SELECT ON system.numbers'];

/** Limits of each query of a reader, on the embedded server. */
export const readerLimits = { seconds: 30, memoryBytes: 1024 ** 3 } as const;

/** Settings that name a file or an address, for which ClickHouse requires no grant; no account may change them. */
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

/** Table settings that would store tables outside of the server's own directory; the writer may not use them. */
export const outwardTableSettings: readonly string[] = ['merge_tree_disk', 'merge_tree_storage_policy'];
