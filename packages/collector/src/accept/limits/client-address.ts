import { BlockList, isIP } from 'node:net';
import { plainAddress } from '@footfall/addresses';
import { StartRefusal } from '@footfall/host';
import { parseNetwork } from './network.js';

/** Addresses of proxies whose `X-Forwarded-For` is trusted. */
export type TrustedProxies = BlockList;

/**
 * Parses the addresses (`10.0.0.7`, `::1`) and networks (`10.0.0.0/8`) of the proxies in front of the collector.
 *
 * @throws StartRefusal when an entry is neither an address nor a network
 */
export function trustedProxies(entries: readonly string[]): TrustedProxies {
	const list = new BlockList();
	for (const entry of entries) {
		const network = parseNetwork(entry);
		if (network === undefined) {
			throw new StartRefusal(
				`"${entry}" is not a valid address of a proxy: write an address like 10.0.0.7 or a network like 10.0.0.0/8.`,
			);
		}
		list.addSubnet(network.address, network.prefixBits, network.family);
	}
	return list;
}

/**
 * The address of the sender: that of the peer or, if the peer is a trusted proxy, the last address in
 * `X-Forwarded-For` that is not a trusted proxy. The sender can write arbitrary addresses before that one.
 *
 * @param peer address of the other end of the connection, as text
 * @param forwardedFor value of the header; empty if there is none
 */
export function clientAddress(peer: string, forwardedFor: string, trusted: TrustedProxies): string {
	let address = plainAddress(peer);
	if (forwardedFor === '') return address;
	const hops = forwardedFor.split(',').slice(-hopsMax);
	while (isTrusted(address, trusted)) {
		const hop = plainAddress(withoutPort((hops.pop() ?? '').trim()));
		if (isIP(hop) === 0) return address;
		address = hop;
	}
	return address;
}

/** Maximum number of addresses of `X-Forwarded-For` that are read, from the end. */
const hopsMax = 16;

/** Removes the port that some proxies add: `198.51.100.1:50123` and `[2001:db8::5]:50123`. */
function withoutPort(hop: string): string {
	return /^\[([^\]]*)\](?::\d+)?$/.exec(hop)?.[1] ?? /^([\d.]+):\d+$/.exec(hop)?.[1] ?? hop;
}

/** Returns whether the peer of a connection is a trusted proxy. */
export function isProxy(peer: string, trusted: TrustedProxies): boolean {
	return isTrusted(plainAddress(peer), trusted);
}

function isTrusted(address: string, trusted: TrustedProxies): boolean {
	const version = isIP(address);
	return version !== 0 && trusted.check(address, version === 4 ? 'ipv4' : 'ipv6');
}

/** Returns whether the address is that of a process of this machine, which has no rate limit. */
export function isLoopback(address: string): boolean {
	return address.startsWith('127.') || address === '::1' || address === '0000:0000:0000:0000:0000:0000:0000:0001';
}
