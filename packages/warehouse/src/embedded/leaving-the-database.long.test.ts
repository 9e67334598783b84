import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestWarehouse, type TestWarehouse } from '../testing/index.js';
import { outwardSettings } from './rights.js';
import { type Answer, askMany, askServer } from './testing/ask-server.js';
import { engineNames } from './testing/engine-names.js';
import { makeOutsideWorld, type OutsideWorld } from './testing/outside-world.js';

let test: TestWarehouse;
let outside: OutsideWorld;
beforeAll(async () => {
	test = await startTestWarehouse();
	outside = await makeOutsideWorld(test.directory);
});
afterAll(async () => {
	outside.close();
	await test.stop();
});

const ask = (account: 'reader' | 'writer', statements: readonly string[]) =>
	askMany(test.server.url, test.server[account], statements);
const list = (table: string) =>
	test.warehouse
		.query<{ name: string }>(`SELECT DISTINCT toString(name) AS name FROM system.${table} ORDER BY name`)
		.then((rows) => rows.map(({ name }) => name));

/** Answers that contain a file, a password, or the environment of the engine. */
function leaks(answers: readonly Answer[]): Answer[] {
	const secrets = [outside.marker, test.server.writer.password, test.server.reader.password, 'root:x:0:'];
	// An answer may repeat text of the statement itself.
	return answers.filter(({ sql, text }) => secrets.some((secret) => text.includes(secret) && !sql.includes(secret)));
}

/** Statements that only the kernel forbids, so they are not tried where the kernel cannot: the README names them. */
function heldByKernel(statements: readonly string[]): readonly string[] {
	const { confinement } = test.server;
	return confinement.kind === 'confined' && confinement.network ? statements : [];
}

/** Expects that no secret came back, and no connection or file change was made. */
function expectNothingLeft(answers: readonly Answer[]): void {
	expect(leaks(answers)).toEqual([]);
	expect(outside.traces()).toEqual([]);
	// Checks that the server still runs, and that no statement was lost in a broken connection.
	expect(answers.filter(({ text }) => /^TypeError: fetch failed/.test(text))).toEqual([]);
}

describe('the names in engine-names.txt', () => {
	// A name that is new to the list must be read about, and put into the right section: can it leave the database?
	it.each([
		['functions', ['functions that leave the database', 'functions that describe the server', 'functions']],
		['table_functions', ['table functions that leave the database', 'table functions']],
		[
			'table_engines',
			['table engines of the writer', 'table engines that a grant does not name', 'table engines of no account'],
		],
		['database_engines', ['database engines of the writer', 'database engines of no account']],
		['formats', ['formats']],
		['disk_types', ['disk types']],
		['dictionary_sources', ['dictionary sources']],
	])('contain everything that system.%s lists', async (table, sections) => {
		const known = new Set(sections.flatMap(engineNames));
		expect((await list(table)).filter((name) => !known.has(name))).toEqual([]);
	});
});

describe('nothing leaves the database', () => {
	const quoted = (text: string) => `'${text.replaceAll("'", "\\'")}'`;
	/** Locations of every kind, as arguments of functions for files, addresses and other servers. */
	const places = () => {
		const [file, inData, directory] = [outside.file, outside.fileInData, outside.directory].map(quoted);
		const [url, address] = [outside.url, outside.address].map(quoted);
		return { file, inData, directory, url, address };
	};

	it.each(['reader', 'writer'] as const)('by any function, as the %s', async (account) => {
		const { file, inData, url } = places();
		const statements = (await list('functions')).flatMap((name) => [
			`SELECT \`${name}\`(${inData})`,
			`SELECT \`${name}\`(${file}, ${inData})`,
			...(account === 'reader' ? [`SELECT \`${name}\`(${url}, ${url}, ${url})`] : []),
		]);
		expectNothingLeft(await ask(account, statements));
	});

	it.each(['reader', 'writer'] as const)('by a function made for files or addresses, as the %s', async (account) => {
		const statements = [outside.file, outside.fileInData, '/etc/passwd', '/proc/self/environ', '/proc/self/cmdline']
			.concat(['accounts.json', 'server.json', 'config.xml', 'users.xml'].map((name) => join(test.directory, name)))
			.concat(['.', 'marker.txt', '../marker.txt', '/proc/self/cwd/../marker.txt', '/proc/self/root/etc/passwd'])
			.flatMap((path) => [
				`SELECT file(${quoted(path)})`,
				`SELECT file(${quoted(path)}, 'none')`,
				`SELECT file(${quoted(path)}, NULL)`,
				`SELECT file(materialize(${quoted(path)}))`,
				`SELECT length(file(${quoted(path)}))`,
				`SELECT 1 SETTINGS additional_result_filter = 'length(file(${path})) = 0'`,
				`SELECT arrayMap(x -> file(x), [${quoted(path)}])`,
				`SELECT * FROM viewIfPermitted(SELECT file(${quoted(path)}) AS x ELSE null('x String'))`,
				`SELECT catboostEvaluate(${quoted(path)}, 1)`,
				`SELECT * FROM format(JSONEachRow, 'x String, y String DEFAULT file(''${path}'')', '{"x":"a"}')`,
				`SELECT * FROM eval('SELECT file(''${path}'')') SETTINGS allow_experimental_eval_table_function = 1`,
			]);
		const answers = await ask(account, statements);
		expectNothingLeft(answers);
		expect(answers.filter(({ sql, isOk }) => isOk && !sql.includes('additional_result_filter'))).toEqual([]);
	});

	it.each(['reader', 'writer'] as const)('by a table function, as the %s', async (account) => {
		const { file, inData, directory, url, address } = places();
		const shapes = [
			[file],
			[inData, `'LineAsString'`],
			[file, `'LineAsString'`, `'x String'`],
			[directory],
			[url],
			[url, `'LineAsString'`],
			[url, `'key'`, `'secret'`, `'LineAsString'`],
			[`'default'`, file, `'LineAsString'`],
			[`'default'`, url, `'LineAsString'`],
			[`'default'`, 'system.one'],
			[address, 'system.one'],
			[address, `'db'`, `'t'`, `'user'`, `'password'`],
			[`'marker.txt'`, `'LineAsString'`, `'x String'`],
			[`'DSN=x'`, `'db'`, `'t'`],
		].map((words) => words.join(', '));
		const names = engineNames('table functions that leave the database');
		const selects = names.flatMap((name) => shapes.map((shape) => `SELECT * FROM ${name}(${shape})`));
		const others = names.flatMap((name) =>
			shapes.flatMap((shape) => [
				`DESCRIBE TABLE ${name}(${shape})`,
				`INSERT INTO FUNCTION ${name}(${shape}) SELECT 'x' SETTINGS async_insert = 0`,
			]),
		);
		const answers = await ask(account, account === 'writer' ? [...selects, ...others] : selects);
		expectNothingLeft(answers);
		// DESCRIBE of a program repeats the structure that it is given, and runs nothing.
		const succeeded = answers.filter(({ isOk }) => isOk);
		expect(succeeded.filter(({ sql }) => !sql.startsWith('DESCRIBE TABLE executable('))).toEqual([]);
	});

	it('by a table engine, as the writer', async () => {
		const { file, url, address } = places();
		const shapes = ['', file, `'LineAsString', ${file}`, `${url}, 'LineAsString'`, `${address}, 'd', 't', 'u', 'p'`];
		const create = (name: string) => [
			...shapes.map((shape) => `CREATE TABLE footfall.made (x String) ENGINE = ${name}(${shape})`),
			`CREATE TEMPORARY TABLE made (x String) ENGINE = ${name}(${file})`,
			`ATTACH TABLE footfall.made (x String) ENGINE = ${name}(${file})`,
			`CREATE MATERIALIZED VIEW footfall.made ENGINE = ${name}(${url}, 'LineAsString') AS SELECT 'x' AS x`,
		];
		const forbidden = engineNames('table engines of no account').flatMap(create);
		const unnamed = engineNames('table engines that a grant does not name').flatMap(create);
		const answers = await ask('writer', [...forbidden, ...unnamed]);
		expectNothingLeft(answers);
		expect(answers.filter(({ isOk }) => isOk)).toEqual([]);
		const creates = answers.slice(0, forbidden.length).filter(({ sql }) => sql.startsWith('CREATE TABLE'));
		expect(creates.filter(({ text }) => !text.includes('ACCESS_DENIED'))).toEqual([]);
	});

	it('by a database engine, as the writer', async () => {
		const { file, url, directory, address } = places();
		const shapes = ['', `(${directory})`, `(${file})`, `(${url})`, `(${address}, 'd', 'u', 'p')`];
		const statements = engineNames('database engines of no account').flatMap((name) =>
			shapes.map((shape) => `CREATE DATABASE footfall_made ENGINE = ${name}${shape}`),
		);
		const answers = await ask('writer', statements);
		expectNothingLeft(answers);
		expect(answers.filter(({ isOk }) => isOk)).toEqual([]);
	});

	it.each(['reader', 'writer'] as const)('by a format, as the %s', async (account) => {
		const more = `output_format_avro_confluent_subject = 'x', input_format_allow_errors_num = 9`;
		const to = (place: string) => [...outwardSettings.map((name) => `${name} = ${quoted(place)}`), more].join(', ');
		const settings = [to(outside.file), to(outside.fileInData), to(outside.url), to(join(outside.directory, 'made'))];
		const statements = engineNames('formats').flatMap((format) =>
			settings.flatMap((given) => [
				`SELECT 'a' AS x FORMAT ${format} SETTINGS ${given}`,
				// Constant settings are ignored in a subquery.
				...heldByKernel([
					`SELECT * FROM (SELECT formatRow('${format}', 'a' AS x) SETTINGS ${given})`,
					`SELECT * FROM (SELECT * FROM format(${format}, 'x UInt8', unhex('0000000001')) SETTINGS ${given})`,
					`SELECT * FROM (SELECT * FROM format(${format}, unhex('0000000001')) SETTINGS ${given})`,
				]),
			]),
		);
		expectNothingLeft(await ask(account, statements));
	});

	it('by a disk of its own, as the writer', async () => {
		const { directory, url } = places();
		const types = engineNames('disk types');
		const options = [`path = ${directory}`, `endpoint = ${url}, access_key_id = 'a', secret_access_key = 'b'`];
		const disks = types.flatMap((type) => options.map((option) => `disk(type = ${type}, ${option})`));
		const answers = await ask('writer', [
			'CREATE TABLE footfall.plain (x String) ENGINE = MergeTree ORDER BY x',
			...disks.flatMap((disk) => [
				`CREATE TABLE footfall.made (x String) ENGINE = MergeTree ORDER BY x SETTINGS disk = ${disk}`,
				`CREATE TABLE footfall.made (x String) ENGINE = MergeTree ORDER BY x SETTINGS table_disk = 1, disk = ${disk}`,
				`ALTER TABLE footfall.plain MODIFY SETTING disk = ${disk}`,
				`CREATE DATABASE footfall_made ENGINE = Atomic SETTINGS disk = ${disk}`,
				`BACKUP TABLE footfall.plain TO ${disk}`,
			]),
		]);
		expectNothingLeft(answers);
		expect(answers.slice(1).filter(({ isOk }) => isOk)).toEqual([]);
	});

	it('by a dictionary, as the writer', async () => {
		const { file, url } = places();
		const options = [`path ${file} format 'LineAsString'`, `url ${url} format 'CSV'`, `command 'id' format 'CSV'`];
		const sources = [...engineNames('dictionary sources'), `clickhouse`].flatMap((name) =>
			[...options, `host '127.0.0.1' port ${outside.address.split(':')[1]} db 'd' table 't'`].map(
				(option) => `${name}(${option})`,
			),
		);
		const answers = await ask(
			'writer',
			sources.map(
				(source) => `CREATE DICTIONARY footfall.made (k UInt64, v String) PRIMARY KEY k
					SOURCE(${source}) LAYOUT(FLAT()) LIFETIME(0)`,
			),
		);
		expectNothingLeft(answers);
		expect(answers.filter(({ text }) => !text.includes('ACCESS_DENIED'))).toEqual([]);
	});

	it.each(['reader', 'writer'] as const)('by another statement, as the %s', async (account) => {
		const { file, directory, url, address } = places();
		const statements = [
			`SELECT 'x' INTO OUTFILE ${quoted(join(outside.directory, 'made'))}`,
			`INSERT INTO footfall.events FROM INFILE ${file} FORMAT LineAsString`,
			`ATTACH TABLE footfall.made FROM ${directory} (x String) ENGINE = MergeTree ORDER BY x`,
			`BACKUP DATABASE footfall TO File(${quoted(join(outside.directory, 'made'))})`,
			`BACKUP DATABASE footfall TO S3(${url}, 'key', 'secret')`,
			`RESTORE DATABASE footfall FROM File(${directory})`,
			...heldByKernel([`RESTORE DATABASE footfall FROM S3(${url}, 'key', 'secret')`]),
			`CREATE FUNCTION made AS x -> file(x)`,
			`CREATE FUNCTION made LANGUAGE WASM ABI ROW_DIRECT FROM 'made' ARGUMENTS (x String) RETURNS String`,
			`CREATE NAMED COLLECTION made AS url = ${url}`,
			`ALTER NAMED COLLECTION made SET url = ${url}`,
			`CREATE USER made`,
			`CREATE ROLE made`,
			`CREATE SETTINGS PROFILE made`,
			`CREATE ROW POLICY made ON footfall.events USING 1`,
			`CREATE QUOTA made`,
			`CREATE WORKLOAD made`,
			`CREATE RESOURCE made (WRITE ANY DISK)`,
			`GRANT ALL ON *.* TO ${account === 'reader' ? test.server.reader.user : test.server.writer.user}`,
			`EXECUTE AS default SELECT 1`,
			`CREATE TABLE footfall.made AS file(${file}, 'LineAsString')`,
			`CREATE TABLE footfall.made AS url(${url}, 'LineAsString')`,
			`CREATE TABLE footfall.made AS remote(${address}, system.one)`,
			`CREATE MATERIALIZED VIEW footfall.made REFRESH EVERY 1 SECOND ENGINE = Memory AS SELECT file(${file}) AS x`,
			`CREATE VIEW footfall.made SQL SECURITY NONE AS SELECT * FROM footfall.events`,
			`CREATE VIEW footfall.made DEFINER = default SQL SECURITY DEFINER AS SELECT * FROM system.numbers`,
			`ALTER TABLE footfall.events FREEZE`,
			`ALTER TABLE footfall.events FETCH PARTITION '202601' FROM '/x'`,
			`ALTER TABLE footfall.events MOVE PARTITION '202601' TO DISK 'default'`,
			`SELECT * FROM default.${'`'}${outside.file}${'`'}`,
			`DESCRIBE TABLE default.${'`'}${outside.file}${'`'}`,
			`SHOW CREATE TABLE default.${'`'}${outside.file}${'`'}`,
			...outwardSettings.flatMap((name) => [`SET ${name} = ${file}`, `SELECT 1 SETTINGS ${name} = ${url}`]),
		];
		const answers = await ask(account, statements);
		expectNothingLeft(answers);
		expect(answers.filter(({ isOk }) => isOk)).toEqual([]);
	});

	it.each(['reader', 'writer'] as const)('by a SYSTEM statement, as the %s', async (account) => {
		const privileges = await test.warehouse.query<{ name: string }>(
			`SELECT toString(privilege) AS name FROM system.privileges WHERE startsWith(toString(privilege), 'SYSTEM ')`,
		);
		const [own, all] = [['SYSTEM MERGES', 'SYSTEM TTL MERGES'], privileges.map(({ name }) => name)];
		expect(all.length).toBeGreaterThan(50);
		const statements = all
			.filter((name) => !own.includes(name))
			// Without a table, STOP skips the tables for which the account has no right, here all of them, and
			// succeeds.
			.flatMap((name) => [
				name,
				`${name} footfall.events`,
				`${name.replace('SYSTEM ', 'SYSTEM STOP ')} footfall.events`,
			])
			.concat(['SYSTEM STOP LISTEN HTTP', 'SYSTEM START LISTEN TCP', 'SYSTEM KILL']);
		const answers = await ask(account, statements);
		expectNothingLeft(answers);
		expect(answers.filter(({ isOk }) => isOk)).toEqual([]);
	});
});

describe('system tables', () => {
	/**
	 * Tables that are the same on every server, or about nothing but the reader itself and the data that it may read.
	 */
	const open = new Set(
		`aggregate_function_combinators collations columns completions contributors current_roles data_type_families
		database_engines databases dictionary_layouts dictionary_sources disk_types documentation enabled_roles formats
		functions keywords licenses one privileges quota_usage settings table_engines table_functions tables time_zones
		codecs constraints data_skipping_index_types data_skipping_indices detached_tables dropped_tables
		dropped_tables_parts hypothetical_indexes macros merge_tree_settings mutations parts parts_columns
		projection_parts projection_parts_columns projections settings_changes tokenizers unicode user_defined_functions
		view_refreshes`
			.split(/\s+/)
			.filter((name) => name !== ''),
	);

	it('show the reader only what every server has and what it may read', async () => {
		const hidden = `secret${outside.marker}`;
		await test.warehouse.command(`CREATE DATABASE IF NOT EXISTS footfall_other`);
		await test.warehouse.command(
			`CREATE TABLE footfall_other.${hidden} (${hidden} String COMMENT '${hidden}') ENGINE = MergeTree ORDER BY tuple()`,
		);
		await test.warehouse.command(`INSERT INTO footfall_other.${hidden} SETTINGS async_insert = 0 VALUES ('${hidden}')`);
		const running = askServer(
			test.server.url,
			test.server.writer,
			`SELECT sleepEachRow(0.1), '${hidden}' FROM system.numbers LIMIT 30 SETTINGS max_block_size = 1`,
		);
		const tables = await test.warehouse.query<{ name: string }>(
			`SELECT name FROM system.tables WHERE database = 'system'`,
		);
		const names = tables.map(({ name }) => name).filter((name) => !/^(numbers|zeros|primes)/.test(name));
		const answers = await ask(
			'reader',
			names.map((name) => `SELECT * FROM system.${name} LIMIT 100000 FORMAT JSONEachRow`),
		);
		expect(answers.filter(({ text }) => text.includes(hidden) || text.includes('footfall_other'))).toEqual([]);
		expect(leaks(answers)).toEqual([]);
		expect(names.filter((name, index) => answers[index]?.isOk && !open.has(name))).toEqual([]);
		await running;
	});
});

describe('transform_secret', () => {
	it('is readable by the writer only, under every name that the reader may try', async () => {
		await test.warehouse.command('CREATE TABLE footfall.transform_secret (x String) ENGINE = MergeTree ORDER BY x');
		const insert = `INSERT INTO footfall.transform_secret SETTINGS async_insert = 0 VALUES ('${outside.marker}')`;
		await test.warehouse.command(insert);
		expect(await test.warehouse.query('SELECT x FROM footfall.transform_secret')).toEqual([{ x: outside.marker }]);
		const answers = await ask('reader', [
			'SELECT * FROM footfall.transform_secret',
			'SELECT x FROM footfall.transform_secret LIMIT 1',
			'SELECT count() FROM footfall.transform_secret',
			'SELECT 1 FROM footfall.transform_secret',
			`SELECT 'a' IN footfall.transform_secret`,
			'SELECT * FROM view(SELECT * FROM footfall.transform_secret)',
			'SELECT * FROM loop(footfall.transform_secret)',
			'DESCRIBE TABLE footfall.transform_secret',
			'SHOW CREATE TABLE footfall.transform_secret',
			'CHECK TABLE footfall.transform_secret',
			'EXPLAIN ESTIMATE SELECT * FROM footfall.transform_secret',
			`SELECT * FROM mergeTreeIndex('footfall', 'transform_secret')`,
			`SELECT * FROM merge('footfall', '^transform_secret$')`,
			`SELECT hasColumnInTable('footfall', 'transform_secret', 'x')`,
		]);
		expect(answers.filter(({ isOk }) => isOk)).toEqual([]);
		const others = await ask('reader', [
			`SELECT * FROM merge('footfall', '.*')`,
			`SELECT * FROM system.tables WHERE name = 'transform_secret'`,
			`SELECT * FROM system.columns WHERE table = 'transform_secret'`,
			`SELECT * FROM system.parts WHERE table = 'transform_secret'`,
		]);
		expect(leaks([...answers, ...others])).toEqual([]);
		expect(others.slice(1).filter(({ text, isOk }) => isOk && text !== '')).toEqual([]);
	});
});
