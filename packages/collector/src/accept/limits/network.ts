import { isIP } from 'node:net';

/** An address is a network of one. */
export interface Network {
	address: string;
	prefixBits: number;
	family: 'ipv4' | 'ipv6';
}

/** `10.0.0.7`, `10.0.0.0/8`, `fd00::/8`; `undefined` for what is neither address nor network. */
export function parseNetwork(text: string): Network | undefined {
	const [, address = '', bits] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
	const version = isIP(address);
	const bitsMax = version === 4 ? 32 : 128;
	const prefixBits = bits === undefined ? bitsMax : Number(bits);
	if (version === 0 || prefixBits > bitsMax) return undefined;
	return { address, prefixBits, family: version === 4 ? 'ipv4' : 'ipv6' };
}
