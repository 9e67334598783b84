import { type SenderNetworks, senderNetworks } from '@footfall/addresses';
import { isLoopback } from './client-address.js';

export { wideNetworkShare } from '@footfall/addresses';

/** An address, and the networks that are held to account for what comes from it. */
export interface SenderAddress extends SenderNetworks {
	/** IP address; never kept beyond the request or the connection. */
	readonly address: string;
	/** Whether the sender is a process of this machine, which is exempt from the rates. */
	readonly isExempt: boolean;
}

/** The sender of a request or a socket, from the headers of the request or of the upgrade. */
export interface Sender extends SenderAddress {
	/** Header value; empty when there was none. */
	readonly origin: string;
	readonly userAgent: string;
}

/** The networks of an IP address. */
export function senderAddress(address: string): SenderAddress {
	return { address, isExempt: isLoopback(address), ...senderNetworks(address) };
}
