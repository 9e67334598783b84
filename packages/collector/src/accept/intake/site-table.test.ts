import { StartRefusal } from '@footfall/host';
import { describe, expect, it } from 'vitest';
import { allowsOrigin, siteTable } from './site-table.js';

describe('a site', () => {
	it('a site allows its origins, in any case, and no others', () => {
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

	it('a site accepts senders that are not pages', () => {
		expect(allowsOrigin(new Set(['https://shop.example']), '')).toBe(true);
	});

	it('a site requires valid origins', () => {
		for (const origin of ['shop.example', 'https://shop.example/path', 'ftp://shop.example', '*']) {
			expect(() => siteTable([{ key: 'shop', origins: [origin] }])).toThrow(StartRefusal);
		}
		expect(() => siteTable([])).toThrow(StartRefusal);
	});
});
