import { describe, expect, it } from 'vitest';
import { readAssets } from './assets.js';
import { createRespond } from './respond.js';

const respond = createRespond({ collectorOrigin: 'http://127.0.0.1:7070', site: 'a"b' }, await readAssets());

describe('the shop answers', () => {
	it('the path / with a redirect to the main page', () => {
		expect(respond('GET', '/')).toMatchObject({ status: 302, headers: { Location: '/main' } });
	});

	it('a posted order with a redirect to its page', () => {
		expect(respond('POST', '/cart/checkout')).toMatchObject({ status: 303, headers: { Location: '/cart/checkout' } });
		expect(respond('POST', '/main')).toMatchObject({ status: 405 });
	});

	it('requests for every file that a page refers to', () => {
		const names = new Set<string>();
		for (const path of ['/main', '/catalog/product/1', '/registration', '/cart', '/cart/checkout']) {
			for (const [, name = ''] of String(respond('GET', path).body).matchAll(/"(\/assets\/[^"]+)"/g)) names.add(name);
		}
		expect(names.size).toBeGreaterThan(5);
		for (const name of names) expect(respond('GET', name).status, name).toBe(200);
	});

	it('404 for paths outside the folder of files', () => {
		for (const path of ['/assets/../package.json', '/assets/%2e%2e/package.json', '/package.json', '//etc/passwd']) {
			expect(respond('GET', path).status, path).toBe(404);
		}
	});

	it('an unknown path with a page that is not tracked', () => {
		const { status, body } = respond('GET', '/catalog/product/5');
		expect(status).toBe(404);
		expect(body).not.toContain('footfall.js');
		expect(body).not.toContain('data-ff-page');
	});

	it('with a content security policy that allows only itself and the tracker', () => {
		const policy = respond('GET', '/main').headers['Content-Security-Policy'];
		expect(policy).toContain("script-src 'self' http://127.0.0.1:7070;");
		expect(policy).toContain("connect-src 'self' http://127.0.0.1:7070 ws://127.0.0.1:7070;");
		expect(policy).not.toContain('unsafe');
	});

	it('with an escaped site key', () => {
		expect(respond('GET', '/main').body).toContain('data-site="a&quot;b"');
	});
});
