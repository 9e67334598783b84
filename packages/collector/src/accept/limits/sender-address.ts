import { type SenderNetworks, senderNetworks } from '@footfall/addresses';
import { isLoopback } from './client-address.js';

export { wideNetworkShare } from '@footfall/addresses';

/** An IP address, and the networks whose limits apply to it. */
export interface SenderAddress extends SenderNetworks {
	/** IP address; never stored, and kept no longer than the request or connection. */
	readonly address: string;
	/** Whether the sender is a process of this machine, which has no rate limits. */
	readonly isExempt: boolean;
}

/** The sender of a request or a socket, from the headers of the request or of the upgrade. */
export interface Sender extends SenderAddress {
	/** Value of the `Origin` header; empty if there is none. */
	readonly origin: string;
	readonly userAgent: string;
}

/** Determines the networks of an IP address. */
export function senderAddress(address: string): SenderAddress {
	return { address, isExempt: isLoopback(address), ...senderNetworks(address) };
}
