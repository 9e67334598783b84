import { isIP } from 'node:net';

/** A network of IP addresses. A single address is a network with the full prefix. */
export interface Network {
	address: string;
	prefixBits: number;
	family: 'ipv4' | 'ipv6';
}

/** Parses an address or a network: `10.0.0.7`, `10.0.0.0/8`, `fd00::/8`. @returns `undefined` if the text is neither */
export function parseNetwork(text: string): Network | undefined {
	const [, address = '', bits] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
	const version = isIP(address);
	const bitsMax = version === 4 ? 32 : 128;
	const prefixBits = bits === undefined ? bitsMax : Number(bits);
	if (version === 0 || prefixBits > bitsMax) return undefined;
	return { address, prefixBits, family: version === 4 ? 'ipv4' : 'ipv6' };
}
