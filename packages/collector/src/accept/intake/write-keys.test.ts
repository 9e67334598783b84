import { describe, expect, it } from 'vitest';
import { givenKey, writeKeysOf } from './write-keys.js';

const [shopKey, newShopKey, blogKey] = ['shop-key-0123456789', 'shop-key-9876543210', 'blog-key-0123456789'] as const;
const keys = writeKeysOf([
	{ key: 'shop', origins: 'any', keys: [shopKey, newShopKey] },
	{ key: 'blog', origins: 'any', keys: [blogKey] },
	{ key: 'open', origins: 'any' },
]);
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

describe('the write key of a request', () => {
	it.each([
		[`Bearer ${shopKey}`, 'shop'],
		[`bearer  ${newShopKey} `, 'shop'],
		[`Bearer ${blogKey}`, 'blog'],
		[basic(`${blogKey}:`), 'blog'],
		[basic(`${blogKey}:any password`), 'blog'],
		[basic(shopKey), 'shop'],
	])('is found in %s, with its site', (header, site) => {
		expect(givenKey(keys, header)).toEqual({ kind: 'valid', site });
	});

	it.each([
		`Bearer ${shopKey}x`,
		`Bearer ${shopKey.slice(0, -1)}`,
		`Bearer ${shopKey.toUpperCase()}`,
		`Bearer ${'x'.repeat(100_000)}`,
		'Bearer',
		'Bearer ',
		`Digest ${shopKey}`,
		shopKey,
		basic(`:${shopKey}`),
		basic(''),
		'Basic !!!',
		'Bearer \u0000',
	])('is wrong: %s', (header) => {
		expect(givenKey(keys, header)).toEqual({ kind: 'wrong' });
	});

	it('is none without the header, and where no site has keys, which took such requests before', () => {
		expect(givenKey(keys, '')).toEqual({ kind: 'none' });
		expect(givenKey(writeKeysOf([{ key: 'open', origins: 'any' }]), `Bearer ${shopKey}`)).toEqual({ kind: 'none' });
	});

	it('is not kept by the collector', () => {
		expect(JSON.stringify([...keys.digests, ...keys.sites])).not.toContain(shopKey);
		expect(keys.sites).toEqual(new Set(['shop', 'blog']));
	});
});
