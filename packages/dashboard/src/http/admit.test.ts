import { describe, expect, it } from 'vitest';
import { admit, type Credentials } from './admit.js';
import { isSameSecret, randomToken, sessionOf } from './secret.js';

const token = 'a token of sixteen or more'.replaceAll(' ', '-');
const door = { token, hosts: ['stats.shop.example'], cookieName: 'footfall_7073' };
const nobody: Credentials = {
	host: '127.0.0.1:7073',
	origin: undefined,
	fetchSite: undefined,
	authorization: undefined,
	cookie: undefined,
};
const knowing = { ...nobody, authorization: `Bearer ${token}` };

describe('a request', () => {
	it.each([
		['127.0.0.1:7073'],
		['localhost:7073'],
		['[::1]:7073'],
		['192.168.0.7:7073'],
		['stats.shop.example'],
		['STATS.shop.example:443'],
	])('for %s is one for us', (host) => {
		expect(admit(door, { ...knowing, host })).toBe('reader');
	});

	it.each([
		['evil.example:7073'],
		['localhost.evil.example'],
		['127.0.0.1.evil.example:7073'],
		['stats.shop.example.evil.example'],
		['evil.example:7073@127.0.0.1'],
		[''],
		[undefined],
	])('for %s is foreign even with the token: a name can be made to point here', (host) => {
		expect(admit(door, { ...knowing, host })).toBe('foreign');
	});

	it.each([['https://evil.example'], ['http://127.0.0.1:7072'], ['null']])('of a page at %s is foreign', (origin) => {
		expect(admit(door, { ...knowing, origin })).toBe('foreign');
	});

	it('of our own page is not', () => {
		expect(admit(door, { ...knowing, origin: 'http://127.0.0.1:7073', fetchSite: 'same-origin' })).toBe('reader');
	});

	it.each(['cross-site', 'same-site'])('that a browser calls %s gets in with nothing', (fetchSite) => {
		expect(admit(door, { ...knowing, fetchSite, cookie: `footfall_7073=${sessionOf(token)}` })).toBe('stranger');
	});

	it.each([
		['no credentials', {}],
		['another token', { authorization: `Bearer ${randomToken()}` }],
		['the beginning of the token', { authorization: `Bearer ${token.slice(0, -1)}` }],
		['the token as a cookie', { cookie: `footfall_7073=${token}` }],
		['the cookie of another port', { cookie: `footfall_7074=${sessionOf(token)}` }],
		['the session as a token', { authorization: `Bearer ${sessionOf(token)}` }],
		['a wrong token and a right cookie', { authorization: 'Bearer x', cookie: `footfall_7073=${sessionOf(token)}` }],
	])('with %s is a stranger', (_, given) => {
		expect(admit(door, { ...nobody, ...given })).toBe('stranger');
	});

	it('with our cookie among others is a reader', () => {
		expect(admit(door, { ...nobody, cookie: `a=b; footfall_7073=${sessionOf(token)}; c=d` })).toBe('reader');
	});
});

describe('a secret', () => {
	it('is compared whole, whatever the lengths', () => {
		expect(isSameSecret('abc', 'abc')).toBe(true);
		expect(isSameSecret('abc', 'abd')).toBe(false);
		expect(isSameSecret('', 'abc')).toBe(false);
		expect(isSameSecret('abc'.repeat(1_000), 'abc')).toBe(false);
	});

	it('is another one every time, of 192 bits', () => {
		const tokens = Array.from({ length: 50 }, randomToken);
		expect(new Set(tokens).size).toBe(50);
		expect(tokens.every((each) => /^[\w-]{32}$/.test(each))).toBe(true);
	});

	it('cannot be read out of its session', () => {
		expect(sessionOf(token)).not.toContain(token);
		expect(sessionOf(token)).not.toBe(sessionOf(`${token}x`));
	});
});
