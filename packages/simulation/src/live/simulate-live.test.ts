import { crowdDefaults } from '@footfall/demo-shop/crowd';
import { expect, it } from 'vitest';
import { simulateLive, TooManyShoppers } from './simulate-live.js';

it('more shoppers than the process may have connections are refused before the first connection', async () => {
	const options = { crowd: crowdDefaults, site: 'shop', address: 'http://127.0.0.1:9', transport: 'ws' } as const;
	const run = simulateLive({ ...options, shoppers: 800, openFilesMax: 200 });
	await expect(run).rejects.toBeInstanceOf(TooManyShoppers);
	await expect(run).rejects.toThrow('800 shoppers need 864 open files');
});
