import { BlockList, isIP } from 'node:net';
import { plainAddress } from '@footfall/addresses';
import { StartRefusal } from '@footfall/warehouse';
import { parseNetwork } from './network.js';

/** Whose word about the sender's address is taken. */
export type TrustedProxies = BlockList;

/**
 * Addresses (`10.0.0.7`, `::1`) and networks (`10.0.0.0/8`) of the proxies in front of the collector.
 *
 * @throws StartRefusal when one of them is neither
 */
export function trustedProxies(entries: readonly string[]): TrustedProxies {
	const list = new BlockList();
	for (const entry of entries) {
		const network = parseNetwork(entry);
		if (network === undefined) {
			throw new StartRefusal(`"${entry}" is no address of a proxy; write it like 10.0.0.7 or 10.0.0.0/8.`);
		}
		list.addSubnet(network.address, network.prefixBits, network.family);
	}
	return list;
}

/**
 * The address of the sender: the peer's, or, where the peer is a trusted proxy, the last one in `X-Forwarded-For` that is
 * not a trusted proxy's itself. Whatever stands before that one was written by the sender and could be anything.
 *
 * @param peer of the connection, as text
 * @param forwardedFor the header; empty when there was none
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

/** Proxies in a row that are looked at. */
const hopsMax = 16;

/** Some proxies write the sender's port too, `198.51.100.1:50123` and `[2001:db8::5]:50123`. */
function withoutPort(hop: string): string {
	return /^\[([^\]]*)\](?::\d+)?$/.exec(hop)?.[1] ?? /^([\d.]+):\d+$/.exec(hop)?.[1] ?? hop;
}

/** Whether the peer of a connection is one of the proxies. */
export function isProxy(peer: string, trusted: TrustedProxies): boolean {
	return isTrusted(plainAddress(peer), trusted);
}

function isTrusted(address: string, trusted: TrustedProxies): boolean {
	const version = isIP(address);
	return version !== 0 && trusted.check(address, version === 4 ? 'ipv4' : 'ipv6');
}

/** A process of this machine, which no rate limit is meant for. */
export function isLoopback(address: string): boolean {
	return address.startsWith('127.') || address === '::1' || address === '0000:0000:0000:0000:0000:0000:0000:0001';
}
