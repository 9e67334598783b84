import { RawConnection } from '@footfall/http-server/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DashboardUnderTest, daysAgo, startDashboardUnderTest, token } from './support/dashboard-under-test.js';

let test: DashboardUnderTest;
let port: number;
let held: RawConnection[] = [];
beforeAll(async () => {
	test = await startDashboardUnderTest();
	port = Number(new URL(test.dashboard.url).port);
});
afterAll(() => test.stop());

const scope = `site=shop&from=${daysAgo(30)}&to=${daysAgo(0)}`;
const head = (path: string, rest = '') => `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${rest}`;
const request = (path: string, rest = '') => `${head(path, rest)}\r\n`;
const asOwner = `Authorization: Bearer ${token}\r\n`;

/** Whether the owner gets the page, can log in and gets a view. */
async function ownerGetsIn(): Promise<void> {
	const { url } = test.dashboard;
	expect((await fetch(url)).status).toBe(401);
	const login = await fetch(`${url}/login`, { method: 'POST', body: token });
	expect(login.status).toBe(200);
	const [cookie = ''] = (login.headers.get('set-cookie') ?? '').split(';');
	const view = await fetch(`${url}/api/overview?${scope}`, { headers: { cookie } });
	expect(view.status).toBe(200);
	expect(((await view.json()) as { rows: { numbers: unknown[] } }).rows.numbers.length).toBeGreaterThan(20);
}

async function hold(count: number, bytes: string): Promise<void> {
	const more = await Promise.all(Array.from({ length: count }, () => RawConnection.open(port)));
	for (const one of more) one.send(bytes);
	held.push(...more);
}
function letGo(): void {
	for (const one of held) one.close();
	held = [];
}

describe('the owner can log in while strangers at the same address', () => {
	it.each([
		['have connected only', ''],
		['have sent half a request line', 'GET /api/ov'],
		['have sent half of the headers', head('/', 'Cookie: footfall')],
		['have sent half a token', `POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nx`],
		['have announced a body for a page', `${head('/')}Content-Length: 10\r\n\r\n`],
		['hold answered connections', request('/livez')],
	])('%s, three hundred times', async (_, bytes) => {
		await hold(300, bytes);
		await ownerGetsIn();
		letGo();
	});

	it('send requests repeatedly without reading the answers', async () => {
		await hold(300, '');
		for (const one of held) one.socket.pause();
		for (const one of held) one.send(request('/inter.woff2').repeat(90));
		await ownerGetsIn();
		letGo();
	});

	it('send headers one letter at a time', async () => {
		await hold(300, head('/', 'A: '));
		const timer = setInterval(() => {
			for (const one of held) one.send('b');
		}, 20);
		await ownerGetsIn();
		clearInterval(timer);
		letGo();
	});

	it('send thousands of requests at once', async () => {
		await hold(120, request(`/api/overview?${scope}`).repeat(90));
		await ownerGetsIn();
		for (const one of held) await one.answers(90);
		expect(new Set(held.flatMap(({ statuses }) => statuses))).toEqual(new Set([401]));
		letGo();
		const metrics = await fetch(`${test.dashboard.url}/metrics`, { headers: test.headers });
		expect(await metrics.text()).not.toMatch(/view="overview",status="503"/);
	});

	it('guess tokens', async () => {
		await hold(120, request('/api/sites', 'Authorization: Bearer guess-of-a-stranger\r\n').repeat(90));
		await ownerGetsIn();
		for (const one of held) await one.answers(90);
		expect(new Set(held.flatMap(({ statuses }) => statuses))).toEqual(new Set([401]));
		letGo();
	});
});

describe('a view in progress', () => {
	it('is answered although hundreds of incomplete requests come after it', async () => {
		await hold(20, request(`/api/overview?${scope}`, asOwner));
		const owners = held;
		held = [];
		await hold(300, 'GET /');
		for (const one of owners) expect(await one.answers()).toEqual([200]);
		letGo();
		for (const one of owners) one.close();
	});
});

describe('a stranger', () => {
	it.each([
		['a tunnel', 'CONNECT 127.0.0.1:1 HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n'],
		['an echo', 'TRACE / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'],
		['a websocket', request('/', 'Upgrade: websocket\r\nConnection: Upgrade\r\n')],
		['no host', 'GET / HTTP/1.1\r\n\r\n'],
		['two hosts', request('/', 'Host: evil.example\r\n')],
		['the target *', 'OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'],
		['another server', 'GET http://127.0.0.1/livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'],
		['permission to send a body', request('/livez', 'Expect: 100-continue\r\n')],
		['too much in headers', request('/livez', 'A: b\r\n'.repeat(200))],
		['a bare line feed in a header', request('/livez', 'A: b\nHost : c\r\n')],
	])('who asks for %s is refused, also with the token', async (_, bytes) => {
		for (const each of [bytes, bytes.replace('\r\n', `\r\n${asOwner}`)]) {
			const one = await RawConnection.open(port);
			const [status = 0] = await one.send(each).answers();
			expect(status).toBeGreaterThanOrEqual(400);
			expect(status).toBeLessThan(500);
			one.close();
		}
		expect(test.complaints).toEqual([]);
	});
});
