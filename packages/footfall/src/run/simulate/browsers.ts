import { setTimeout as wait } from 'node:timers/promises';
import { startShop, startShoppers } from '@footfall/demo-shop';
import type { simulateOptions } from '../../settings/option-groups.js';
import type { Settings } from '../../settings/options.js';
import { Shutdown } from '../../stack/shutdown.js';
import { complain, usage } from '../../terminal/complain.js';
import type { Context } from '../../terminal/context.js';
import { exitCodes } from '../../terminal/exit-code.js';

/** Longest timeout of Node, in milliseconds: 24.8 days. */
const timeoutMsMax = 2 ** 31 - 1;

/**
 * `footfall simulate browsers`: runs until --seconds are over, SIGINT, SIGTERM or SIGHUP, and prints the pages' own
 * counts.
 */
export async function shopInBrowsers(
	{ addr, site, shopPort, seed, seconds, chromium }: Settings<(typeof simulateOptions)[number]>,
	browsers: number,
	{ signal, print }: Context,
): Promise<number> {
	if (browsers === 0) return usage('simulate browsers requires at least one browser; give --browsers 1 or more');
	const shutdown = new Shutdown();
	const counts = { tracked: 0, ackedBatches: 0, lost: 0 };
	try {
		const shop = await startShop({ host: '127.0.0.1', port: shopPort, collectorUrl: addr, site });
		shutdown.add('shop', () => shop.stop());
		print(`Shop         ${shop.url}`);
		const shoppers = await startShoppers({
			shopUrl: shop.url,
			shoppers: browsers,
			seed,
			signal,
			onRecord: () => {
				counts.tracked++;
			},
			onAck: () => {
				counts.ackedBatches++;
			},
			onError: ({ events }) => {
				counts.lost += events;
			},
			onFault: complain,
			...(chromium === undefined ? {} : { executablePath: chromium }),
		});
		shutdown.add('shoppers', () => shoppers.stop());
		await wait(seconds === 0 ? timeoutMsMax : seconds * 1_000, undefined, { signal }).catch(() => undefined);
		await shoppers.stop();
	} finally {
		for (const fault of await shutdown.run()) complain(fault);
	}
	print(JSON.stringify(counts));
	return counts.lost === 0 && counts.ackedBatches > 0 ? exitCodes.success : exitCodes.lossFound;
}
