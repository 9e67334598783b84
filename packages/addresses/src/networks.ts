import { ipv6Groups } from './ip-address.js';

/** The networks that are held to account for what comes from an address. */
export interface SenderNetworks {
	/** The IPv4 address, or the /64 of an IPv6 address. */
	readonly network: string;
	/** The /48 of an IPv6 address, since one sender may hold all of its 65 536 /64s; of IPv4 the same as `network`. */
	readonly wideNetwork: string;
}

/** How much more than one address a whole IPv6 /48 may have: it may hold many senders, or a single one. */
export const wideNetworkShare = 4;

/** The networks of a plain IP address. */
export function senderNetworks(address: string): SenderNetworks {
	if (!address.includes(':')) return { network: address, wideNetwork: address };
	return { network: networkOf(address), wideNetwork: networkOf(address, 48) };
}

/**
 * The network that one sender can hold: an IPv4 address, or the IPv6 network of so many bits around an address, of
 * which the sender has every address.
 *
 * @param prefixBits 64, which every line gets, or 48, which a site may get
 */
export function networkOf(address: string, prefixBits: 64 | 48 = 64): string {
	if (!address.includes(':')) return address;
	const network = ipv6Groups(address).slice(0, prefixBits / 16);
	return `${network.map((group) => group.toString(16)).join(':')}::/${prefixBits}`;
}
