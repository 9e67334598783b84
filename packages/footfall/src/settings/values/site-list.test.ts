import { describe, expect, it } from 'vitest';
import { formatSites, type SiteSetting, siteList, siteObject, withoutKeys } from './site-list.js';

const sites = [
	{ key: 'shop', origins: ['https://a.test', 'http://b.test:81'] },
	{ key: 'blog', origins: 'any' },
];

describe('sites', () => {
	it('are parsed from text and from an object', () => {
		expect(siteList.parse('shop=https://a.test|http://b.test:81,blog')).toEqual(sites);
		expect(siteObject.parse({ shop: ['https://a.test', 'http://b.test:81'], blog: 'any' })).toEqual(sites);
	});

	it('are formatted as text that is parsed to the same sites', () => {
		expect(siteList.parse(formatSites(siteObject.parse({ a: 'any', b: ['https://b.test'] })))).toEqual([
			{ key: 'a', origins: 'any' },
			{ key: 'b', origins: ['https://b.test'] },
		]);
	});

	const [key1, key2] = ['a-write-key-0123456789', 'another+key/0123456789=='];
	const keyed = { shop: { origins: ['https://a.test'], keys: [key1, key2] }, blog: { origins: 'any' }, news: 'any' };
	const parsed: SiteSetting[] = [
		{ key: 'shop', origins: ['https://a.test'], keys: [key1, key2] },
		{ key: 'blog', origins: 'any' },
		{ key: 'news', origins: 'any' },
	];

	it('may have write keys, in an object and in text that is JSON', () => {
		expect(siteObject.parse(keyed)).toEqual(parsed);
		expect(siteList.parse(` ${JSON.stringify(keyed)}`)).toEqual(parsed);
		expect(siteList.parse(formatSites(siteObject.parse(keyed)))).toEqual(parsed);
		expect(siteObject.parse({ shop: { keys: [key1] } })).toEqual([{ key: 'shop', origins: 'any', keys: [key1] }]);
	});

	it('are shown without their keys', () => {
		const shown = formatSites(withoutKeys(parsed));
		expect(shown).toBe('{"shop":{"origins":["https://a.test"],"keys":["***","***"]},"blog":"any","news":"any"}');
	});

	it('are refused without a word of a key in the fault', () => {
		const faultsOf = (value: unknown) => {
			const texts = [siteObject.safeParse(value), siteList.safeParse(JSON.stringify(value))].map((read) =>
				read.error?.issues.map(({ message }) => message),
			);
			expect(texts[1]).toEqual(texts[0]);
			expect(JSON.stringify(texts)).not.toContain(key1);
			return texts[0];
		};
		const ofKeys =
			'keys must be a list of 1 to 16 write keys, each of 16 to 128 letters, digits or characters of ._~+/=- (in "shop")';
		for (const keys of [[], 'x', [key1, 7], ['short'], [key1.repeat(10)], [`${key1} `], Array(17).fill(key1)])
			expect(faultsOf({ shop: { keys } })).toEqual([ofKeys]);
		expect(faultsOf({ shop: { origins: 'all', keys: [key1] } })).toEqual([
			'origins must be a list of origins like ["https://shop.example"], or "any" (in "shop")',
		]);
		expect(faultsOf({ shop: { key: key1 } })).toEqual([
			'"key" is not allowed; a site has "origins", "keys", "currency" and "revenue" (in "shop")',
		]);
		expect(faultsOf({ shop: { keys: [key1] }, blog: { keys: [key1] } })).toEqual([
			'a write key may be given once; "blog" has one of "shop"',
		]);
		expect(siteList.safeParse(`{"shop": {"keys": ["${key1}"]}`).error?.issues).toMatchObject([
			{ message: 'begins with { and is not valid JSON' },
		]);
	});

	const shape = 'must be a string or an object like {"shop": ["https://shop.example"], "blog": "any"}';
	const key = 'a site key consists of 1 to 64 letters, digits, dots, dashes or underscores';
	const origins = 'must be a list of origins like ["https://shop.example"], or "any"';
	const origin = 'an origin consists of a scheme, a host and an optional port, like https://shop.example';
	it.each([
		[['shop'], [shape]],
		[null, [shape]],
		[{}, ['must name at least one site']],
		[{ 'a,b': 'any', '': 'any' }, [`${key} (in "a,b")`, `${key} (in "")`]],
		[{ shop: 'https://shop.example' }, [`${origins} (in "shop")`]],
		[{ shop: [] }, [`${origins} (in "shop")`]],
		[{ shop: [1], blog: null }, [`${origins} (in "shop")`, `${origins} (in "blog")`]],
		[{ shop: ['shop.example'] }, [`${origin} (in "shop")`]],
		[{ shop: ['https://a.test|https://b.test'] }, [`${origin} (in "shop")`]],
	])('refuses %j with every fault', (value, messages) => {
		expect(siteObject.safeParse(value).error?.issues.map(({ message }) => message)).toEqual(messages);
	});
});

describe('the money of a site', () => {
	it('is read, printed and read again', () => {
		const value = { shop: { origins: ['https://shop.example'], currency: 'EUR', revenue: 'confirmed' }, blog: 'any' };
		const read = siteObject.parse(value);
		expect(read).toEqual([
			{ key: 'shop', origins: ['https://shop.example'], currency: 'EUR', revenue: 'confirmed' },
			{ key: 'blog', origins: 'any' },
		]);
		expect(JSON.parse(formatSites(read))).toEqual(value);
		expect(siteList.parse(formatSites(read))).toEqual(read);
	});

	it.each([
		[{ currency: 'EUX' }, 'currency must be a code of ISO 4217'],
		[{ currency: 'eur' }, 'currency must be a code of ISO 4217'],
		[{ currency: 7 }, 'currency must be a code of ISO 4217'],
		[{ revenue: 'all' }, 'revenue must be orders, confirmed or checkouts (in "shop")'],
		[{ curency: 'EUR' }, '"curency" is not allowed; a site has "origins", "keys", "currency" and "revenue"'],
	])('is refused in words: %j', (site, fault) => {
		const read = siteObject.safeParse({ shop: site });
		expect(read.error?.issues.map(({ message }) => message)).toEqual([expect.stringContaining(fault)]);
	});
});
