import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StartRefusal } from '@footfall/host';
import { afterAll, describe, expect, it } from 'vitest';
import { inCountry, mmdb } from '../../testing/mmdb.js';
import { countryDatabase } from './country-database.js';

const scratch = mkdtempSync(join(tmpdir(), 'footfall-country-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

let files = 0;
function file(bytes: Uint8Array): string {
	const path = join(scratch, `${files++}.mmdb`);
	writeFileSync(path, bytes);
	return path;
}

const networks = {
	'198.51.100.0/24': inCountry('DE'),
	'203.0.113.128/25': inCountry('FR'),
	'192.0.2.0/24': { registered_country: { iso_code: 'US' } },
	'192.0.3.1': inCountry('Germany'),
	'192.0.3.2': { country: 'AT' },
	'192.0.3.3': 'AT',
	'2001:db8::/32': inCountry('NL'),
};

describe('a country database', () => {
	const countryOf = countryDatabase(file(mmdb(networks)));

	it.each([
		['198.51.100.0', 'DE'],
		['198.51.100.255', 'DE'],
		['198.51.101.0', ''],
		['203.0.113.127', ''],
		['203.0.113.128', 'FR'],
		['2001:db8::1', 'NL'],
		['2001:0db8:ffff:0000:0000:0000:0000:0001', 'NL'],
		['2001:db9::1', ''],
		['10.0.0.1', ''],
		['127.0.0.1', ''],
		['::1', ''],
		['fe80::1%eth0', ''],
	])('finds %s in "%s"', (address, country) => {
		expect(countryOf(address)).toBe(country);
	});

	it('the country is that of the address, not that of its registration', () => {
		expect(countryOf('192.0.2.1')).toBe('');
	});

	it('only country codes are returned, whatever the records contain', () => {
		expect(['192.0.3.1', '192.0.3.2', '192.0.3.3', '', 'no address'].map(countryOf)).toEqual(['', '', '', '', '']);
	});

	it('a database of IPv4 only returns no country for an IPv6 address', () => {
		// Every IPv6 address in use begins with the bits of this network.
		const ipv4Only = countryDatabase(file(mmdb({ '0.0.0.0/2': inCountry('DE') }, { ipVersion: 4 })));
		expect(['32.1.2.3', '2001:db8::1'].map(ipv4Only)).toEqual(['DE', '']);
	});

	it('a damaged record yields no country', () => {
		const bytes = mmdb({ '198.51.100.0/24': inCountry('DE'), '203.0.113.0/24': inCountry('FR') });
		// An invalid type of the format.
		bytes[bytes.lastIndexOf('iso_code') - 1] = 0;
		const damaged = countryDatabase(file(bytes));
		expect(['198.51.100.1', '203.0.113.1'].map(damaged)).toEqual(['DE', '']);
	});

	it('without a database, no country is known', () => {
		expect(countryDatabase(undefined)('198.51.100.1')).toBe('');
	});
});

describe('a start', () => {
	const refusal = (path: string) => {
		try {
			countryDatabase(path);
		} catch (error) {
			if (error instanceof StartRefusal) return error.message;
			throw error;
		}
		throw new Error('there was no refusal');
	};

	it('a start is refused if the file cannot be read', () => {
		const absent = join(scratch, 'absent.mmdb');
		expect(refusal(absent)).toMatch(/^Cannot read the country database .*absent\.mmdb \(ENOENT.*--country-database/);
		expect(refusal(scratch)).toMatch(/\(EISDIR.*--country-database/);
	});

	it('a start is refused if the file is not a complete database', () => {
		const whole = mmdb(networks);
		const contents = [
			Buffer.alloc(0),
			Buffer.from('network,geoname_id\n1.0.0.0/24,2077456\n'),
			Buffer.alloc(100_000, 0xff),
			whole.subarray(0, whole.length / 2),
			whole.subarray(-100),
		];
		for (const bytes of contents) {
			expect(refusal(file(bytes))).toMatch(/mmdb is not a complete MaxMind DB: .*--country-database\.$/);
		}
	});

	it('a start is refused if the file contains no countries', () => {
		const asn = mmdb({ '1.0.0.0/8': { autonomous_system_number: 1 } }, { databaseType: 'GeoLite2-ASN' });
		expect(refusal(file(asn))).toMatch(/\(GeoLite2-ASN\) contains no countries: .*--country-database\.$/);
		expect(refusal(file(mmdb({ '2001:db8::/32': 'nothing' })))).toMatch(/contains no countries/);
	});
});
