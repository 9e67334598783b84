import { describe, expect, it } from 'vitest';
import { clientTexts, encodeClient, readClient, sourceOf, withReceipt } from './client.js';

const client = { browser: 'Safari', os: 'iOS', device: 'mobile', isBot: false };

function decoded(bytes: Uint8Array) {
	const texts = { browser: '', os: '', device: '', country: '' };
	const rest = readClient(bytes, (index, start, end) => {
		expect(end).toBeLessThanOrEqual(bytes.length);
		texts[clientTexts[index] as (typeof clientTexts)[number]] = Buffer.from(bytes).toString('utf8', start, end);
	});
	return { ...texts, ...rest };
}

describe('the client part of a WAL record', () => {
	it.each([
		['page', 'page'],
		['json', 'page'],
		['json', 'server'],
	] as const)(
		'the client part keeps the client, its country, the endpoint %s and the source %s',
		(endpoint, source) => {
			const encoded = encodeClient(client);
			for (const country of ['DE', '']) {
				for (const mark of [undefined, 'derived', 'no-orders'] as const) {
					const receipt = { country, endpoint, source, mark };
					expect(decoded(withReceipt(encoded, receipt))).toEqual({ ...client, ...receipt });
				}
			}
		},
	);

	it('the client part says that it is of a bot only if a page sent it', () => {
		const encoded = encodeClient({ ...client, isBot: true });
		const isBot = (endpoint: 'page' | 'json', source: 'page' | 'server') =>
			decoded(withReceipt(encoded, { country: '', endpoint, source })).isBot;
		expect([isBot('page', 'page'), isBot('json', 'page'), isBot('json', 'server')]).toEqual([true, true, false]);
		expect(decoded(encoded).isBot).toBe(true);
	});

	it('the sender is a server at the JSON endpoint without an origin', () => {
		expect(sourceOf('json', '')).toBe('server');
		expect(sourceOf('json', 'https://shop.example')).toBe('page');
		expect([sourceOf('page', ''), sourceOf('page', 'https://shop.example')]).toEqual(['page', 'page']);
	});

	it('the client part can be read if a later version has appended to it or has more endpoints', () => {
		const encoded = encodeClient(client);
		const json = { country: 'DE', endpoint: 'json', source: 'page' } as const;
		const longer = Buffer.concat([withReceipt(encoded, json), Buffer.from('later versions')]);
		expect(decoded(longer)).toEqual({ ...client, ...json, mark: undefined });
		const other = withReceipt(encoded, json);
		other[other.length - 2] = 99;
		other[other.length - 1] = 99;
		expect(decoded(other)).toEqual({ ...client, country: 'DE', endpoint: undefined, source: 'page', mark: undefined });
	});

	it.each([
		['without a country', '00 06 536166617269 03 694f53 06 6d6f62696c65', ''],
		['with one', '00 06 536166617269 03 694f53 06 6d6f62696c65 02 4445', 'DE'],
	])('the client part of an earlier version, %s, has no endpoint', (_, hex, country) => {
		const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex');
		expect(decoded(bytes)).toEqual({ ...client, country, endpoint: undefined, source: 'page', mark: undefined });
	});

	it('the client part of an earlier version with an endpoint is that of a server if the endpoint was JSON', () => {
		const [page, json] = ['01', '02'].map((endpoint) =>
			decoded(Buffer.from(`01 00 00 00 00 ${endpoint}`.replaceAll(' ', ''), 'hex')),
		);
		expect(page).toMatchObject({ isBot: true, endpoint: 'page', source: 'page' });
		expect(json).toMatchObject({ isBot: false, endpoint: 'json', source: 'server' });
	});

	it('the client part can be read wherever it ends', () => {
		const encoded = withReceipt(encodeClient(client), { country: 'DE', endpoint: 'page', source: 'page' });
		for (let end = 0; end < encoded.length; end++) {
			const { browser, os, device, country, endpoint, source } = decoded(encoded.subarray(0, end));
			expect('SafariiOSmobileDE').toContain(browser + os + device + country);
			expect(endpoint).toBe(end === encoded.length - 1 ? 'page' : undefined);
			expect(source).toBe('page');
		}
	});
});
