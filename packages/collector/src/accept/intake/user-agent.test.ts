import { describe, expect, it } from 'vitest';
import { ClientCache } from './client-cache.js';
import { parseUserAgent } from './user-agent.js';

const chrome =
	'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36';
const iphone =
	'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1';

describe('a user agent', () => {
	it('a user agent is parsed into browser, system and device', () => {
		expect(parseUserAgent(chrome)).toEqual({ browser: 'Chrome', os: 'Windows', device: 'desktop', isBot: false });
		expect(parseUserAgent(iphone)).toEqual({ browser: 'Safari', os: 'iOS', device: 'mobile', isBot: false });
	});

	it('the user agents of bots are recognised', () => {
		const google = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';
		expect(parseUserAgent(google).isBot).toBe(true);
		expect(parseUserAgent(chrome.replace('Chrome', 'HeadlessChrome')).isBot).toBe(true);
		expect(parseUserAgent('curl/8.1').isBot).toBe(true);
	});

	it('a meaningless user agent yields empty names, never its own words', () => {
		expect(parseUserAgent('')).toEqual({ browser: '', os: '', device: '', isBot: false });
		expect(parseUserAgent('MyWords/1.0 (Nonsense)')).toMatchObject({ browser: '', os: '', device: '' });
		expect(parseUserAgent('x'.repeat(1_000_000)).browser).toBe('');
	});

	it('a parsed user agent is remembered while it is used', () => {
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
