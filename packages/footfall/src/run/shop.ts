import { once } from 'node:events';
import { ServerReports, startShop } from '@footfall/demo-shop';
import type { shopOptions } from '../settings/option-groups.js';
import type { Settings } from '../settings/options.js';
import { complain } from '../terminal/complain.js';
import type { Context } from '../terminal/context.js';
import { exitCodes } from '../terminal/exit-code.js';
import { firstKeyOf } from './site-keys.js';

/**
 * `footfall shop`: serves the pages of the demo shop until SIGINT, SIGTERM or SIGHUP. If its site has a write key, the
 * shop's server tells of orders, too.
 */
export async function runShop(
	{ addr, site, sites, shopHost, shopPort }: Settings<(typeof shopOptions)[number]>,
	{ signal, print }: Context,
): Promise<number> {
	const key = firstKeyOf(sites, site);
	const reports =
		key === undefined ? undefined : new ServerReports({ collectorUrl: addr, site, key, onFault: complain });
	const shop = await startShop({ host: shopHost, port: shopPort, collectorUrl: addr, site, reports });
	print(`Shop         ${shop.url}`);
	if (!signal.aborted) await once(signal, 'abort');
	await shop.stop();
	await reports?.close();
	return exitCodes.success;
}
