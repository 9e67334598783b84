import { describe, expect, it } from 'vitest';
import { formatSites, siteList, siteObject } from './site-list.js';

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
