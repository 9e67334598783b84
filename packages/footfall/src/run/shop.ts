import { once } from 'node:events';
import { startShop } from '@footfall/demo-shop';
import type { shopOptions } from '../settings/option-groups.js';
import type { Settings } from '../settings/options.js';
import type { Context } from '../terminal/context.js';
import { exitCodes } from '../terminal/exit-code.js';

/** `footfall shop`: serves the pages of the demo shop until SIGINT, SIGTERM or SIGHUP. */
export async function runShop(
	{ addr, site, shopHost, shopPort }: Settings<(typeof shopOptions)[number]>,
	{ signal, print }: Context,
): Promise<number> {
	const shop = await startShop({ host: shopHost, port: shopPort, collectorUrl: addr, site });
	print(`Shop         ${shop.url}`);
	if (!signal.aborted) await once(signal, 'abort');
	await shop.stop();
	return exitCodes.success;
}
