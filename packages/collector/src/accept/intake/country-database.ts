import { readPlainFile, StartRefusal, whyNoFile } from '@footfall/host';
import { type CountryResponse, Reader } from 'mmdb-lib';
import { BoundedMap } from '../limits/bounded-map.js';

/** Returns the ISO 3166-1 alpha-2 code of the country of an IP address; empty if it is not known. Never throws. */
export type CountryOf = (address: string) => string;

/**
 * Loads a MaxMind DB with countries, such as GeoLite2-Country or DB-IP Country Lite, into memory.
 *
 * @param path path of the file; without one, no country is known
 * @throws StartRefusal when the file cannot be read, is not a complete MaxMind DB, or contains no countries
 */
export function countryDatabase(path: string | undefined): CountryOf {
	if (path === undefined) return () => '';
	const reader = open(path);
	const isIpv4Only = reader.metadata.ipVersion === 4;
	return (address) => {
		// The library would read its first 32 bits as an IPv4 address.
		if (isIpv4Only && address.includes(':')) return '';
		try {
			return countryIn(reader.get(address));
		} catch {
			// This part of the file is damaged. An event without its country is better than no event.
			return '';
		}
	};
}

/**
 * Maximum number of decoded parts of records in the cache. With the cache a look-up takes 2 µs instead of 15, since
 * records name places in eight languages. A database of countries has a few thousand parts, regardless of its networks.
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
			`${path} is not a complete MaxMind DB: unpack the downloaded archive, and name its .mmdb file with --country-database.`,
		);
	}
	throw new StartRefusal(
		`${path} (${type}) contains no countries: name a database with countries, such as GeoLite2-Country or DB-IP Country Lite, with --country-database.`,
	);
}

function readOrRefuse(path: string): Buffer {
	try {
		const read = readPlainFile(path);
		if (read.kind === 'bytes') return read.bytes;
		throw cannotRead(path, read.kind === 'large' ? `it has ${read.bytes} bytes` : whyNoFile(read));
	} catch (error) {
		if (error instanceof StartRefusal) throw error;
		throw cannotRead(path, error instanceof Error ? error.message : String(error));
	}
}

const cannotRead = (path: string, why: string) =>
	new StartRefusal(
		`Cannot read the country database ${path} (${why}): name a readable file with --country-database, or omit it.`,
	);

/** Maximum number of networks that are searched for a country. A database of countries has one among the first few. */
const networksMax = 10_000;

/** Returns whether any IPv4 address has a country, network by network. Throws if the file is damaged. */
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

/** The country of the address, as opposed to that where its owner is registered. Only two-letter codes are accepted. */
function countryIn(record: CountryResponse | null): string {
	const code: unknown = record?.country?.iso_code;
	return typeof code === 'string' && /^[A-Z]{2}$/.test(code) ? code : '';
}
