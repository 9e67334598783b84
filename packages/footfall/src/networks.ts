import { isIP } from 'node:net';
import { z } from 'zod';

/** Addresses and networks with commas between them, `127.0.0.1,10.0.0.0/8`; empty for none. */
export const networks = z.string().transform((text, context) => {
	const entries = text.split(',').map((entry) => entry.trim());
	if (text.trim() === '') return [];
	for (const entry of entries) {
		if (!isNetwork(entry)) {
			context.addIssue({ code: 'custom', message: `"${entry}" is no address or network, like 10.0.0.7 or 10.0.0.0/8` });
		}
	}
	return entries;
});

function isNetwork(entry: string): boolean {
	const [, address = '', bits] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(entry) ?? [];
	const version = isIP(address);
	return version !== 0 && Number(bits ?? 0) <= (version === 4 ? 32 : 128);
}
