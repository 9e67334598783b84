import { StartRefusal } from '@footfall/host';
import { blockedPorts } from '@footfall/node/blocked-ports';

/**
 * The origin of a collector's address.
 *
 * @throws StartRefusal when the address is no http or https URL, or when browsers and `fetch` send nothing to its port
 */
export function collectorOrigin(address: string): string {
	const { protocol = '', port = '', origin = '' } = URL.canParse(address) ? new URL(address) : {};
	if (protocol !== 'http:' && protocol !== 'https:')
		throw new StartRefusal(
			'the address of the collector is not an http or https URL; give one like http://127.0.0.1:7070',
		);
	if (port !== '' && blockedPorts.has(Number(port)))
		throw new StartRefusal(
			`browsers and fetch send nothing to port ${port}, which is that of the collector at ${origin}; start the collector with another --port, or name the address of a proxy before it`,
		);
	return origin;
}
