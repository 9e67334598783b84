import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestWarehouse, type TestWarehouse } from '../testing/index.js';
import type { Account } from './accounts.js';

let test: TestWarehouse;
beforeAll(async () => {
	test = await startTestWarehouse();
});
afterAll(() => test.stop());

async function post(path: string, sql: string, account?: Account, headers: Record<string, string> = {}) {
	const authorization = account && `Basic ${Buffer.from(`${account.user}:${account.password}`).toString('base64')}`;
	const response = await fetch(test.server.url + path, {
		method: 'POST',
		body: sql,
		headers: { ...(authorization ? { authorization } : {}), ...headers },
	});
	return { status: response.status, text: await response.text() };
}

describe('the embedded server', () => {
	it.each([
		'/',
		'/?query=SELECT+1',
		'/?query=SELECT+1&user=default',
		'/play',
		'/dashboard',
		'/metrics',
		'/replicas_status',
	])('answers 404 on %s to a request without a password', async (path) => {
		expect(await post(path, 'SELECT 1')).toEqual({ status: 404, text: 'Not found.\n' });
	});

	it('answers 401 in words to a wrong user or password, and to credentials in other places', async () => {
		const { writer, reader } = test.server;
		const refusal = { status: 401, text: expect.stringMatching(/^The user or the password is wrong\..*\n$/) };
		for (const path of ['/', '/?query=SELECT+1', '/play', '/metrics']) {
			for (const account of [
				{ user: 'default', password: '' },
				{ ...writer, password: 'guess' },
				{ ...reader, user: 'x' },
			])
				expect(await post(path, 'SELECT 1', account), path).toEqual(refusal);
			const headers = { 'X-ClickHouse-User': reader.user, 'X-ClickHouse-Key': reader.password };
			expect(await post(path, 'SELECT 1', undefined, headers), path).toEqual(refusal);
		}
	});

	it('repeats nothing of the URL in an answer without credentials or with wrong ones', async () => {
		const { reader } = test.server;
		const path = `/sesame?user=${reader.user}&password=${reader.password}&query=SELECT+1`;
		for (const account of [undefined, { ...reader, password: 'guess' }]) {
			const { status, text } = await post(path, 'SELECT 1', account);
			expect(status).toBe(account === undefined ? 404 : 401);
			expect(text).not.toMatch(new RegExp(`sesame|${reader.password}|${reader.user}|SELECT`));
		}
	});

	it('compiles no expressions of the writer to machine code', async () => {
		const names = ['compile_aggregate_expressions', 'compile_expressions', 'compile_sort_description'];
		const list = names.map((name) => `'${name}'`).join();
		const settings = `SELECT name, value FROM system.settings WHERE name IN (${list}) ORDER BY name`;
		const { text } = await post('/', settings, test.server.writer);
		expect(text).toBe(names.map((name) => `${name}\t0\n`).join(''));
	});

	it('lets the reader select from its database', async () => {
		const { reader } = test.server;
		expect(await post('/', 'SELECT count() FROM footfall.events', reader)).toEqual({ status: 200, text: '0\n' });
	});

	it.each([
		['write', `INSERT INTO footfall.events (site) VALUES ('x')`],
		['drop', 'DROP TABLE footfall.events'],
		['read files', `SELECT * FROM file('/etc/passwd', 'LineAsString')`],
		['write files', `INSERT INTO FUNCTION file('x.csv', 'CSV', 'x UInt8') SELECT 1`],
		['fetch addresses', `SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')`],
		['see other databases', 'SELECT * FROM default.t'],
		['see what others run', 'SELECT * FROM system.query_log'],
		['run without a bound of time', 'SELECT 1 SETTINGS max_execution_time = 0'],
		['run without a bound of memory', 'SELECT 1 SETTINGS max_memory_usage = 0'],
	])('does not let the reader %s', async (_, sql) => {
		expect((await post('/', sql, test.server.reader)).status).not.toBe(200);
	});

	it.each([
		['read files', `SELECT * FROM file('/etc/passwd', 'LineAsString')`],
		['write files', `INSERT INTO FUNCTION file('x.csv', 'CSV', 'x UInt8') SELECT 1`],
		['fetch addresses', `SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')`],
		['make a table of an address', `CREATE TABLE footfall.t (x UInt8) ENGINE = URL('http://127.0.0.1:1/', 'CSV')`],
		['touch other databases', 'CREATE TABLE default.t (x UInt8) ENGINE = Memory'],
		['make users', 'CREATE USER u'],
		['stop the server', 'SYSTEM SHUTDOWN'],
	])('does not let even the writer %s', async (_, sql) => {
		expect((await post('/', sql, test.server.writer)).text).toMatch(/ACCESS_DENIED|getcwd failed/);
	});

	it.each([
		'/?user=default',
		'/?user=default&password=',
		'/?%75ser=default',
		'/?password=',
		'/?user=default&max_sessions_for_user=9',
		'/?user=default&session_id=of-',
	])('lets no request use default, which has no password: %s', async (path) => {
		for (const account of [test.server.reader, test.server.writer]) {
			// Each account has a session of its own: the server releases one only some time after its answer.
			const own = path.replace(/of-$/, `of-${account.user}`);
			const { status, text } = await post(own, 'SELECT currentUser()', account);
			expect([status === 200, text]).toEqual([false, expect.stringMatching(/SESSION_LIMIT|AUTHENTICATION/)]);
		}
	});

	it('ignores a header that names another account', async () => {
		for (const name of ['default', test.server.writer.user]) {
			const { text } = await post('/', 'SELECT currentUser()', test.server.reader, { 'X-ClickHouse-User': name });
			expect(text).toMatch(/AUTHENTICATION_FAILED/);
		}
	});

	it('serves metrics to the reader in the format of Prometheus', async () => {
		const { user, password } = test.server.reader;
		const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
		const response = await fetch(`${test.server.url}/metrics`, { headers: { authorization } });
		expect(await response.text()).toMatch(/^ClickHouseProfileEvents_InsertQuery \d+$/m);
	});

	it('answers /ping without a password, for health checks', async () => {
		const response = await fetch(`${test.server.url}/ping`);
		expect(await response.text()).toBe('Ok.');
	});
});
