import { parseNetwork } from '@footfall/collector/network';
import { quoted } from '@footfall/json';
import { z } from 'zod';

/** IP addresses and networks, separated by commas: `127.0.0.1,10.0.0.0/8`. */
export const networks = z.string().transform((text, context) => {
	const entries = text.split(',').map((entry) => entry.trim());
	for (const entry of entries) {
		if (parseNetwork(entry) === undefined) {
			context.addIssue({
				code: 'custom',
				message: `${quoted(entry)} is not a valid IP address or network, like 10.0.0.7 or 10.0.0.0/8`,
			});
		}
	}
	return entries;
});
