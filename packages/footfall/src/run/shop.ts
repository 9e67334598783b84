import { once } from 'node:events';
import { startShop } from '@footfall/demo-shop';
import type { Surroundings } from '../command.js';
import { exitCodes } from '../exit-code.js';
import type { Settings } from '../option.js';
import type { shopOptions } from '../option-groups.js';

/** `footfall shop`: the pages of the demo shop, until a signal comes. */
export async function runShop(
	{ collectorUrl, site, shopHost, shopPort }: Settings<(typeof shopOptions)[number]>,
	{ signal, print }: Surroundings,
): Promise<number> {
	const shop = await startShop({ host: shopHost, port: shopPort, collectorUrl, site });
	print(`Shop         ${shop.url}`);
	if (!signal.aborted) await once(signal, 'abort');
	await shop.stop();
	return exitCodes.success;
}
