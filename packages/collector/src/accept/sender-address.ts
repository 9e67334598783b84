import { isLoopback, networkOf } from './client-address.js';

/** An address, and the networks that are held to account for what comes from it. */
export interface SenderAddress {
	/** IP address; never kept beyond the request or the connection. */
	readonly address: string;
	/** A process of this machine, which no rate is meant for. */
	readonly isExempt: boolean;
	/** The IPv4 address, or the /64 of an IPv6 address. */
	readonly network: string;
	/** The /48 of an IPv6 address, since one sender may hold all of its 65 536 /64s; of IPv4 the same as `network`. */
	readonly wideNetwork: string;
}

/** The sender of something, from the headers of the request or of the socket's upgrade. */
export interface Sender extends SenderAddress {
	/** Empty when there was none. */
	readonly origin: string;
	readonly userAgent: string;
}

/** How much more than one address a whole IPv6 /48 may send: it may hold many senders, or a single one. */
export const wideNetworkShare = 4;

/** The networks of an IP address. */
export function senderAddress(address: string): SenderAddress {
	const isExempt = isLoopback(address);
	if (!address.includes(':')) return { address, isExempt, network: address, wideNetwork: address };
	return { address, isExempt, network: networkOf(address), wideNetwork: networkOf(address, 48) };
}
