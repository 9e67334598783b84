import { describe, expect, it } from 'vitest';
import { admit, type Credentials } from './admit.js';
import { isSameSecret, randomToken, sessionOf } from './secret.js';

const token = 'a token of sixteen or more'.replaceAll(' ', '-');
const policy = { token, hosts: ['stats.shop.example'], cookieName: 'footfall_7073' };
const anonymous: Credentials = {
	host: '127.0.0.1:7073',
	origin: undefined,
	fetchSite: undefined,
	authorization: undefined,
	cookie: undefined,
};
const authorized = { ...anonymous, authorization: `Bearer ${token}` };

describe('admit', () => {
	it.each([
		['127.0.0.1:7073'],
		['localhost:7073'],
		['[::1]:7073'],
		['192.168.0.7:7073'],
		['stats.shop.example'],
		['STATS.shop.example:443'],
	])('accepts a request with the token for host %s', (host) => {
		expect(admit(policy, { ...authorized, host })).toBe('reader');
	});

	it.each([
		['evil.example:7073'],
		['localhost.evil.example'],
		['127.0.0.1.evil.example:7073'],
		['stats.shop.example.evil.example'],
		['evil.example:7073@127.0.0.1'],
		[''],
		[undefined],
	])('rejects a request for host %s even with the token, since any name can resolve to this machine', (host) => {
		expect(admit(policy, { ...authorized, host })).toBe('foreign');
	});

	it.each([['https://evil.example'], ['http://127.0.0.1:7072'], ['null']])(
		'rejects a request with the foreign origin %s',
		(origin) => {
			expect(admit(policy, { ...authorized, origin })).toBe('foreign');
		},
	);

	it("accepts a request of the dashboard's own page", () => {
		expect(admit(policy, { ...authorized, origin: 'http://127.0.0.1:7073', fetchSite: 'same-origin' })).toBe('reader');
	});

	it.each(['cross-site', 'same-site'])(
		'ignores the credentials of a request that the browser marks %s',
		(fetchSite) => {
			expect(admit(policy, { ...authorized, fetchSite, cookie: `footfall_7073=${sessionOf(token)}` })).toBe('stranger');
		},
	);

	it.each([
		['no credentials', {}],
		['another token', { authorization: `Bearer ${randomToken()}` }],
		['the beginning of the token', { authorization: `Bearer ${token.slice(0, -1)}` }],
		['the token as a cookie', { cookie: `footfall_7073=${token}` }],
		['the cookie of another port', { cookie: `footfall_7074=${sessionOf(token)}` }],
		['the session as a token', { authorization: `Bearer ${sessionOf(token)}` }],
		['a wrong token and a right cookie', { authorization: 'Bearer x', cookie: `footfall_7073=${sessionOf(token)}` }],
	])('treats a request with %s as a stranger', (_, given) => {
		expect(admit(policy, { ...anonymous, ...given })).toBe('stranger');
	});

	it('finds its cookie among others', () => {
		expect(admit(policy, { ...anonymous, cookie: `a=b; footfall_7073=${sessionOf(token)}; c=d` })).toBe('reader');
	});
});

describe('a secret', () => {
	it('equals only the same text, of any length', () => {
		expect(isSameSecret('abc', 'abc')).toBe(true);
		expect(isSameSecret('abc', 'abd')).toBe(false);
		expect(isSameSecret('', 'abc')).toBe(false);
		expect(isSameSecret('abc'.repeat(1_000), 'abc')).toBe(false);
	});

	it('is different each time it is generated, and has 192 bits', () => {
		const tokens = Array.from({ length: 50 }, randomToken);
		expect(new Set(tokens).size).toBe(50);
		expect(tokens.every((each) => /^[\w-]{32}$/.test(each))).toBe(true);
	});

	it('cannot be derived from its session', () => {
		expect(sessionOf(token)).not.toContain(token);
		expect(sessionOf(token)).not.toBe(sessionOf(`${token}x`));
	});
});
