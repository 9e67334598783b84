import { request } from 'node:http';
import { startDashboard } from '@footfall/dashboard';
import { liveness, StartRefusal } from '@footfall/host';
import { connect } from '@footfall/warehouse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { queryBounds } from '../../packages/dashboard/src/api/run-query.js';
import { type DashboardUnderTest, startDashboardUnderTest, token } from './support/dashboard-under-test.js';

let test: DashboardUnderTest;
beforeAll(async () => {
	test = await startDashboardUnderTest();
});
afterAll(() => test.stop());

interface Answer {
	status: number;
	headers: Record<string, string | string[] | undefined>;
	text: string;
}

/** Sends a request with any headers; `fetch` does not allow another `Host`. */
function ask(path: string, headers: Record<string, string> = {}, method = 'GET', body = ''): Promise<Answer> {
	const { hostname, port } = new URL(test.dashboard.url);
	return new Promise((resolve, reject) => {
		const sent = request({ hostname, port, path, method, headers }, (response) => {
			let text = '';
			response.setEncoding('utf8').on('data', (chunk) => {
				text += chunk;
			});
			response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
		});
		sent.on('error', reject).end(body);
	});
}

const scope = 'site=shop&from=2020-01-01&to=2022-01-01';
const known = () => test.headers;

describe('a stranger', () => {
	it.each([
		'/api/overview',
		`/api/overview?${scope}`,
		'/api/sites',
		'/api/nothing',
		'/app.js',
		'/nothing',
		'/../package.json',
		'/%2e%2e/package.json',
		'/.env',
	])('gets from %s only the answer that the token is missing', async (path) => {
		const { status, text } = await ask(path);
		expect({ status, text }).toEqual({ status: 401, text: '{"error":"Unauthorized."}' });
	});

	it('gets the login page, which has no data, no version and no script of the dashboard', async () => {
		const { status, text, headers } = await ask('/');
		expect(status).toBe(401);
		expect(text).toContain('Token');
		expect(text).not.toMatch(/shop|blog|app\.js|\d+\.\d+\.\d+/);
		expect(headers).not.toHaveProperty('server');
		expect(headers).not.toHaveProperty('set-cookie');
	});

	it('gets the same answer for a wrong token, a part of the token and no token', async () => {
		const answers = await Promise.all(
			['', 'x', token.slice(0, -1), `${token}x`].map((body) => ask('/login', {}, 'POST', body)),
		);
		for (const { status, text } of answers)
			expect({ status, text }).toEqual({ status: 401, text: '{"error":"Unauthorized."}' });
	});

	it('cannot send a body that is longer than a token', async () => {
		await expect(ask('/login', {}, 'POST', 'x'.repeat(1_000_000)).then(({ status }) => status)).resolves.toBe(400);
	});
});

describe('a health check', () => {
	it.each(['GET', 'HEAD'])('gets from /livez that the process runs, whatever host it names: %s', async (method) => {
		for (const host of ['127.0.0.1', 'balancer.example', '']) {
			const { status, text } = await ask('/livez', { Host: host }, method);
			expect([host, status, text]).toEqual([host, 200, method === 'GET' ? JSON.stringify(liveness()) : '']);
		}
		expect((await ask('/metrics', { Host: 'balancer.example' }, method)).status).toBe(403);
	});
});

describe('a reader', () => {
	it('exchanges the token for a cookie that does not reveal it', async () => {
		const { status, headers } = await ask('/login', {}, 'POST', token);
		expect(status).toBe(200);
		const [cookie = ''] = headers['set-cookie'] ?? [];
		expect(cookie).toMatch(/^footfall_\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/);
		expect(cookie).not.toContain(token);
		expect((await ask('/api/sites', { cookie: cookie.split(';')[0] ?? '' })).status).toBe(200);
	});

	it('gets a Secure cookie where a proxy terminates TLS', async () => {
		const { host } = new URL(test.dashboard.url);
		const { headers } = await ask('/login', { host, origin: `https://${host}` }, 'POST', token);
		expect(String(headers['set-cookie'])).toContain('; Secure');
	});

	it.each([
		['a host name that was made to resolve to this machine', { host: 'evil.example' }],
		['a page of another site', { origin: 'https://evil.example' }],
		['a page on another port of this machine', { origin: 'http://127.0.0.1:7072' }],
	])('is refused through %s', async (_, headers) => {
		const { status, text } = await ask('/api/sites', { ...known(), ...headers });
		expect({ status, text }).toEqual({ status: 403, text: '{"error":"Forbidden."}' });
	});

	it('cannot be logged in by a page of another site', async () => {
		expect((await ask('/login', { 'sec-fetch-site': 'cross-site' }, 'POST', token)).status).toBe(403);
	});

	it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('cannot %s anything', async (method) => {
		expect((await ask(`/api/overview?${scope}`, known(), method)).status).toBe(405);
	});

	it('gets a Content-Security-Policy with every answer that allows no foreign code, frame or form', async () => {
		for (const path of ['/', '/app.js', '/api/sites', '/nothing']) {
			const { headers } = await ask(path, known());
			const policy = String(headers['content-security-policy']);
			for (const rule of ["default-src 'none'", "script-src 'self';", "frame-ancestors 'none'", "form-action 'none'"]) {
				expect(policy).toContain(rule);
			}
			expect(policy).not.toContain('unsafe');
			expect(headers).toMatchObject({
				'x-content-type-options': 'nosniff',
				'referrer-policy': 'no-referrer',
				'cross-origin-resource-policy': 'same-origin',
			});
			expect(headers).not.toHaveProperty('access-control-allow-origin');
		}
	});

	it.each(['/', '/app.js', '/style.css', '/inter.woff2'])('loads %s again only when it has changed', async (path) => {
		const { headers } = await ask(path, known());
		const etag = String(headers.etag);
		expect(etag).toMatch(/^W\/"[\w-]{43}"$/);
		const again = await ask(path, { ...known(), 'if-none-match': etag, 'accept-encoding': 'br' });
		expect(again).toMatchObject({ status: 304, text: '', headers: { etag, 'cache-control': 'no-cache' } });
		expect(await ask(path, { ...known(), 'if-none-match': 'W/"another"' })).toMatchObject({ status: 200 });
	});

	it('gets the login page without the cookie, whatever the browser has cached', async () => {
		const { headers } = await ask('/', known());
		const { etag: loginTag } = (await ask('/')).headers;
		expect(loginTag).not.toBe(headers.etag);
		for (const tag of [headers.etag, loginTag]) {
			const { status, text } = await ask('/', { 'if-none-match': String(tag) });
			expect(status).toBe(401);
			expect(text).toContain('Token');
		}
	});

	it('gets answers of the API that no cache may store', async () => {
		expect((await ask(`/api/overview?${scope}`, known())).headers['cache-control']).toBe('no-store');
	});
});

describe('a parameter', () => {
	const hostile = [
		"' OR 1=1 --",
		"shop' UNION ALL SELECT * FROM system.users --",
		'shop\\',
		"\\' OR 1=1 --",
		'{site:String}',
		'%',
		'shop\0',
		"shop'; DROP TABLE events; --",
	];

	it.each(hostile)('%j as a site is an unknown one, and as a filter a text that nothing matches', async (text) => {
		const days = 'from=2020-01-01&to=2022-01-01';
		const hostileText = encodeURIComponent(text);
		const unknown = await ask(`/api/overview?site=${hostileText}&${days}`, known());
		expect(unknown.status).toBe(404);
		const filters = `device=${hostileText}&entry=${hostileText}&channel=${hostileText}`;
		const { status, text: body } = await ask(`/api/overview?site=shop&${days}&${filters}`, known());
		expect(status).toBe(200);
		expect(JSON.parse(body)).toMatchObject({ filterEffect: 'sessions', rows: { numbers: [], sources: [] } });
	});

	it.each([
		["from=2020-01-01'&to=2022-01-01&site=shop", 'from'],
		['from=2020-01-01&to=today()&site=shop', 'to'],
		[`${scope}&sql=SELECT+1`, 'sql'],
		[`${scope}&__proto__=x`, '__proto__'],
		[`${scope}&site=blog`, 'site'],
		['from=0001-01-01&to=9999-12-31&site=shop', 'from'],
	])('that is not valid is refused by its name: %s', async (query, name) => {
		const { status, text } = await ask(`/api/sessions?${query}`.replace('sessions', 'overview'), known());
		expect(status).toBe(400);
		expect(JSON.parse(text).error).toContain(`"${name}"`);
	});

	it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', 'OVERVIEW', 'overview/x'])(
		'%s in the path is not a view',
		async (name) => {
			expect((await ask(`/api/${name}?${scope}`, known())).status).toBe(404);
		},
	);
});

describe('the account of the dashboard', () => {
	const asReader = () => {
		const { url, reader } = test.clickhouse.server;
		return connect({ url, ...reader });
	};

	it.each([
		['INSERT INTO events (site) VALUES (1)'],
		['CREATE TABLE t (x UInt8) ENGINE = Memory'],
		['DROP TABLE events'],
		['ALTER TABLE events DELETE WHERE 1'],
		['TRUNCATE TABLE events'],
		['SYSTEM FLUSH LOGS'],
		['KILL QUERY WHERE 1'],
		["SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')"],
		["SELECT * FROM remote('127.0.0.1', system.one)"],
		['SELECT * FROM system.users'],
		['SELECT * FROM system.query_log'],
		['SELECT * FROM system.processes'],
		['SELECT * FROM system.grants'],
		['SELECT * FROM system.server_settings'],
		['SELECT 1 SETTINGS max_execution_time = 0'],
		['SELECT 1 SETTINGS max_execution_time = 100'],
		['SELECT 1 SETTINGS max_memory_usage = 0'],
		['SELECT 1 SETTINGS readonly = 0'],
	])('may not %s', async (sql) => {
		const warehouse = asReader();
		await expect(warehouse.command(sql)).rejects.toMatchObject({ outcome: 'refused' });
		await warehouse.close();
	});

	it.each(["SELECT file('/etc/passwd')", "SELECT * FROM file('/etc/passwd', 'LineAsString')"])(
		'may not run %s, since the engine resolves no paths',
		async (sql) => {
			const warehouse = asReader();
			await expect(warehouse.query(sql)).rejects.toThrow(/getcwd failed|Not enough privileges/);
			await warehouse.close();
		},
	);

	it('has queries aborted that exceed the limits of time, memory or rows', async () => {
		const warehouse = asReader();
		const long = 'SELECT count() FROM numbers(1e12) WHERE NOT ignore(sipHash64(number))';
		await expect(warehouse.query(long, { settings: { ...queryBounds, max_execution_time: 1 } })).rejects.toMatchObject({
			code: 159,
		});
		const large = 'SELECT length(groupArray(number)) AS n FROM numbers(200000000)';
		await expect(warehouse.query(large, { settings: queryBounds })).rejects.toMatchObject({ code: 241 });
		const many = 'SELECT number FROM numbers(6000)';
		await expect(warehouse.query(many, { settings: queryBounds })).rejects.toMatchObject({ code: 396 });
		await warehouse.close();
	});

	it('has readonly set for its queries, also with the account of the writer', async () => {
		const write = 'CREATE TABLE t (x UInt8) ENGINE = Memory';
		await expect(test.warehouse.command(write, { settings: queryBounds })).rejects.toMatchObject({ code: 164 });
	});
});

describe('the dashboard', () => {
	const options = () => ({ port: 0, warehouse: test.warehouse, logger: { warn() {}, error() {} } });

	it.each([
		[{ host: '0.0.0.0' }, /other machines can reach it: set a token/],
		[{ host: '::' }, /other machines can reach it: set a token/],
		[{ host: '0.0.0.0', token: 'short' }, /too short/],
		[{ token: 'a token with spaces in it' }, /without spaces/],
	])('does not start with %j', async (given, message) => {
		const start = startDashboard({ ...options(), ...given });
		await expect(start).rejects.toThrow(StartRefusal);
		await expect(start).rejects.toThrow(message);
	});

	it('generates a new token at every start on loopback, and shows only a generated token', async () => {
		const [one, other, chosen] = await Promise.all([
			startDashboard(options()),
			startDashboard(options()),
			startDashboard({ ...options(), token }),
		]);
		expect(one.loginUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{32}$/);
		expect(one.loginUrl.split('#')[1]).not.toBe(other.loginUrl.split('#')[1]);
		expect(chosen.loginUrl).toBe(chosen.url);
		await Promise.all([one.stop(), other.stop(), chosen.stop()]);
	});

	it('does not pass on the error message of ClickHouse', async () => {
		const { url } = test.clickhouse.server;
		const warehouse = connect({ url, user: 'nobody', password: 'sesame' });
		const complaints: string[] = [];
		const complain = (fields: object) => void complaints.push(JSON.stringify(fields));
		const dashboard = await startDashboard({ port: 0, token, warehouse, logger: { warn: complain, error: complain } });
		const response = await fetch(`${dashboard.url}/api/sites`, { headers: test.headers });
		expect(response.status).toBe(502);
		expect(await response.json()).toEqual({ error: 'ClickHouse does not answer. Retry later.' });
		expect(complaints).toHaveLength(1);
		expect(complaints.join()).not.toContain('sesame');
		await dashboard.stop();
		await warehouse.close();
	});
});
