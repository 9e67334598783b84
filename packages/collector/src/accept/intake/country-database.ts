import { readFileSync } from 'node:fs';
import { StartRefusal } from '@footfall/warehouse';
import { type CountryResponse, Reader } from 'mmdb-lib';
import { BoundedMap } from '../limits/bounded-map.js';

/** The ISO 3166-1 alpha-2 code of the country that an address is in; empty when not known. Never throws. */
export type CountryOf = (address: string) => string;

/**
 * Loads a MaxMind DB with countries, like GeoLite2-Country or DB-IP Country Lite, into memory.
 *
 * @param path without one no country is known
 * @throws StartRefusal when it cannot be read, is no such database or knows no country
 */
export function countryDatabase(path: string | undefined): CountryOf {
	if (path === undefined) return () => '';
	const reader = open(path);
	const isIpv4Only = reader.metadata.ipVersion === 4;
	return (address) => {
		// The library would take its first 32 bits for an IPv4 address.
		if (isIpv4Only && address.includes(':')) return '';
		try {
			return countryIn(reader.get(address));
		} catch {
			// The file is damaged just there. An event without its country is better than none.
			return '';
		}
	};
}

/**
 * Decoded parts of records that are kept, so that a look-up takes 2 µs instead of 15: records name places in eight languages.
 * A database of countries has a few thousand, whatever the number of its networks.
 */
const partsMax = 10_000;

function open(path: string): Reader<CountryResponse> {
	const bytes = readOrRefuse(path);
	let type: string;
	try {
		const reader = new Reader<CountryResponse>(bytes, { cache: new BoundedMap(partsMax) });
		if (knowsCountries(reader)) return reader;
		type = reader.metadata.databaseType;
	} catch {
		throw new StartRefusal(
			`${path} is no whole MaxMind DB: unpack what you downloaded, and give its .mmdb file with --country-database.`,
		);
	}
	throw new StartRefusal(
		`${path} (${type}) knows no countries: give one that does, like GeoLite2-Country or DB-IP Country Lite, with --country-database.`,
	);
}

function readOrRefuse(path: string): Buffer {
	try {
		return readFileSync(path);
	} catch (error) {
		const why = error instanceof Error ? error.message : String(error);
		throw new StartRefusal(
			`Cannot read the country database ${path} (${why}): give a file that can be read with --country-database, or none.`,
		);
	}
}

/** Networks that are looked at for a first country. A database with countries has one among the first few. */
const networksMax = 10_000;

/** Whether some IPv4 address has a country. Goes from network to network; throws where the file cannot be read. */
function knowsCountries(reader: Reader<CountryResponse>): boolean {
	let address = 0;
	for (let networks = 0; networks < networksMax && address < 2 ** 32; networks++) {
		const [record, prefixBits] = reader.getWithPrefixLength(ipv4(address));
		if (countryIn(record) !== '') return true;
		address += 2 ** (32 - prefixBits);
	}
	return false;
}

function ipv4(address: number): string {
	return [24, 16, 8, 0].map((shift) => (address >>> shift) & 0xff).join('.');
}

/** Where the address is, as opposed to where its owner is registered. Whatever a file says, only a code gets into a column. */
function countryIn(record: CountryResponse | null): string {
	const code: unknown = record?.country?.iso_code;
	return typeof code === 'string' && /^[A-Z]{2}$/.test(code) ? code : '';
}
