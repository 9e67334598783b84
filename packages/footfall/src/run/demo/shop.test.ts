import { describe, expect, it } from 'vitest';
import { originOfPages, withWriteKey } from './shop.js';

const any = { key: 'shop', origins: 'any' } as const;
const blog = { key: 'blog', origins: ['https://blog.example'] };

describe('the site of the demo', () => {
	it('gets a write key of its own, if the settings have none', () => {
		const { sites, key, isNew } = withWriteKey([any, blog], 'shop');
		expect(key).toMatch(/^[\w-]{32}$/);
		expect([sites, isNew]).toEqual([[{ ...any, keys: [key] }, blog], true]);
		expect(withWriteKey([any], 'shop').key).not.toBe(key);
	});

	it('keeps those of the settings, of which the server uses the first', () => {
		const keyed = { ...any, keys: ['the-first-key-0123', 'the-second-key-0123'] };
		expect(withWriteKey([blog, keyed], 'shop')).toEqual({
			sites: [blog, keyed],
			key: 'the-first-key-0123',
			isNew: false,
		});
	});

	it('is that of pages on the shop, or on an origin that it accepts', () => {
		const shop = 'http://127.0.0.1:7072';
		expect(originOfPages([any], 'shop', shop)).toBe(shop);
		expect(originOfPages([any, blog], 'blog', shop)).toBe('https://blog.example');
		expect(originOfPages([{ ...blog, origins: ['https://a.example', shop] }], 'blog', shop)).toBe(shop);
	});
});
