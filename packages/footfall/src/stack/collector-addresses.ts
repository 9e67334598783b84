import type { ListenAddress } from '@footfall/host';
import type { collectorOptions } from '../settings/option-groups.js';
import type { Settings } from '../settings/options.js';

/** An address that a command will listen on. */
export interface PartAddress extends ListenAddress {
	/** The flag that sets the port. */
	flag: string;
}

type AddressOption = Extract<(typeof collectorOptions)[number], 'host' | 'port' | 'adminHost' | 'adminPort'>;

/** The addresses of the collector. Pure. */
export const collectorAddresses = ({ host, port, adminHost, adminPort }: Settings<AddressOption>): PartAddress[] => [
	{ host, port, flag: '--port' },
	{ host: adminHost, port: adminPort, flag: '--admin-port' },
];
