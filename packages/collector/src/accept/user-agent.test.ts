import { describe, expect, it } from 'vitest';
import { clientTexts, encodeClient, readClient, withCountry } from '../client.js';
import { ClientCache } from './client-cache.js';
import { parseUserAgent } from './user-agent.js';

const chrome =
	'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36';
const iphone =
	'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1';

function decoded(bytes: Uint8Array) {
	const texts = { browser: '', os: '', device: '', country: '' };
	const isBot = readClient(bytes, (index, start, end) => {
		expect(end).toBeLessThanOrEqual(bytes.length);
		texts[clientTexts[index] as (typeof clientTexts)[number]] = Buffer.from(bytes).toString('utf8', start, end);
	});
	return { ...texts, isBot };
}

describe('a user agent', () => {
	it('tells browser, system and device', () => {
		expect(parseUserAgent(chrome)).toEqual({ browser: 'Chrome', os: 'Windows', device: 'desktop', isBot: false });
		expect(parseUserAgent(iphone)).toEqual({ browser: 'Safari', os: 'iOS', device: 'mobile', isBot: false });
	});

	it('gives machines away', () => {
		const google = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';
		expect(parseUserAgent(google).isBot).toBe(true);
		expect(parseUserAgent(chrome.replace('Chrome', 'HeadlessChrome')).isBot).toBe(true);
		expect(parseUserAgent('curl/8.1').isBot).toBe(true);
	});

	it('without meaning yields empty names, never its own words', () => {
		expect(parseUserAgent('')).toEqual({ browser: '', os: '', device: '', isBot: false });
		expect(parseUserAgent('MyWords/1.0 (Nonsense)')).toMatchObject({ browser: '', os: '', device: '' });
		expect(parseUserAgent('x'.repeat(1_000_000)).browser).toBe('');
	});

	it('survives being stored in a log record', () => {
		const client = parseUserAgent(iphone);
		const encoded = encodeClient(client);
		expect(decoded(encoded)).toEqual({ ...client, country: '' });
		expect(decoded(withCountry(encoded, 'DE'))).toEqual({ ...client, country: 'DE' });
		const later = Buffer.concat([withCountry(encoded, 'DE'), Buffer.from('later versions')]);
		expect(decoded(later)).toEqual({ ...client, country: 'DE' });
	});

	it('takes no room for a country that is not known, and is read wherever it ends', () => {
		const encoded = encodeClient(parseUserAgent(iphone));
		expect(withCountry(encoded, '')).toBe(encoded);
		for (let end = 0; end < encoded.length; end++) {
			const { browser, os, device, country } = decoded(encoded.subarray(0, end));
			expect('SafariiOSmobile').toContain(browser + os + device);
			expect(country).toBe('');
		}
	});

	it('is remembered while it is used', () => {
		const cache = new ClientCache(2);
		const first = cache.encoded(chrome);
		cache.encoded('a');
		expect(cache.encoded(chrome)).toBe(first);
		cache.encoded('b');
		expect(cache.encoded(chrome)).toBe(first);
		cache.encoded('c');
		cache.encoded('d');
		expect(cache.encoded(chrome)).not.toBe(first);
		expect(cache.encoded(chrome)).toEqual(first);
	});
});
