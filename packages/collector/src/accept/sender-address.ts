import { type SenderNetworks, senderNetworks } from '@footfall/addresses';
import { isLoopback } from './client-address.js';

export { wideNetworkShare } from '@footfall/addresses';

/** An address, and the networks that are held to account for what comes from it. */
export interface SenderAddress extends SenderNetworks {
	/** IP address; never kept beyond the request or the connection. */
	readonly address: string;
	/** A process of this machine, which no rate is meant for. */
	readonly isExempt: boolean;
}

/** The sender of something, from the headers of the request or of the socket's upgrade. */
export interface Sender extends SenderAddress {
	/** Empty when there was none. */
	readonly origin: string;
	readonly userAgent: string;
}

/** The networks of an IP address. */
export function senderAddress(address: string): SenderAddress {
	return { address, isExempt: isLoopback(address), ...senderNetworks(address) };
}
