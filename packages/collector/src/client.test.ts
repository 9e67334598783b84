import { describe, expect, it } from 'vitest';
import { clientTexts, encodeClient, readClient, withReceipt } from './client.js';

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
	it.each(['page', 'json'] as const)(
		'the client part keeps the client, its country, and the endpoint %s',
		(endpoint) => {
			const encoded = encodeClient(client);
			expect(decoded(withReceipt(encoded, 'DE', endpoint))).toEqual({ ...client, country: 'DE', endpoint });
			expect(decoded(withReceipt(encoded, '', endpoint))).toEqual({ ...client, country: '', endpoint });
		},
	);

	it('the client part can be read if a later version has appended to it or has more endpoints', () => {
		const encoded = encodeClient(client);
		const longer = Buffer.concat([withReceipt(encoded, 'DE', 'json'), Buffer.from('later versions')]);
		expect(decoded(longer)).toEqual({ ...client, country: 'DE', endpoint: 'json' });
		const other = withReceipt(encoded, 'DE', 'json');
		other[other.length - 1] = 99;
		expect(decoded(other)).toEqual({ ...client, country: 'DE', endpoint: undefined });
	});

	it.each([
		['without a country', '00 06 536166617269 03 694f53 06 6d6f62696c65', ''],
		['with one', '00 06 536166617269 03 694f53 06 6d6f62696c65 02 4445', 'DE'],
	])('the client part of an earlier version, %s, has no endpoint', (_, hex, country) => {
		const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex');
		expect(decoded(bytes)).toEqual({ ...client, country, endpoint: undefined });
	});

	it('the client part can be read wherever it ends', () => {
		const encoded = withReceipt(encodeClient(client), 'DE', 'page');
		for (let end = 0; end < encoded.length; end++) {
			const { browser, os, device, country, endpoint } = decoded(encoded.subarray(0, end));
			expect('SafariiOSmobileDE').toContain(browser + os + device + country);
			expect(endpoint).toBeUndefined();
		}
	});
});
