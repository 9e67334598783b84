import { StartRefusal } from '@footfall/warehouse';
import { describe, expect, it } from 'vitest';
import { allowsOrigin, siteTable } from './site-table.js';

describe('a site', () => {
	it('allows its origins, written in any case, and no other', () => {
		const origins = siteTable([{ key: 'shop', origins: ['https://Shop.Example', 'http://localhost:7072/'] }]).get(
			'shop',
		);
		if (origins === undefined) throw new Error('no site');
		expect(allowsOrigin(origins, 'https://shop.example')).toBe(true);
		expect(allowsOrigin(origins, 'http://localhost:7072')).toBe(true);
		for (const origin of [
			'https://evil-shop.example',
			'https://shop.example.evil',
			'https://shop.example:444',
			'null',
		]) {
			expect(allowsOrigin(origins, origin)).toBe(false);
		}
	});

	it('takes senders that are no pages', () => {
		expect(allowsOrigin(new Set(['https://shop.example']), '')).toBe(true);
	});

	it('needs origins that are some', () => {
		for (const origin of ['shop.example', 'https://shop.example/path', 'ftp://shop.example', '*']) {
			expect(() => siteTable([{ key: 'shop', origins: [origin] }])).toThrow(StartRefusal);
		}
		expect(() => siteTable([])).toThrow(StartRefusal);
	});
});
