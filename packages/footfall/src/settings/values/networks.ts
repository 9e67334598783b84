import { parseNetwork } from '@footfall/collector/network';
import { z } from 'zod';

/** Addresses and networks with commas between them: `127.0.0.1,10.0.0.0/8`. */
export const networks = z.string().transform((text, context) => {
	const entries = text.split(',').map((entry) => entry.trim());
	for (const entry of entries) {
		if (parseNetwork(entry) === undefined) {
			context.addIssue({ code: 'custom', message: `"${entry}" is no address or network, like 10.0.0.7 or 10.0.0.0/8` });
		}
	}
	return entries;
});
