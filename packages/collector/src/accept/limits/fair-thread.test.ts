import { expect, it } from 'vitest';
import { FairThread } from './fair-thread.js';
import { MemoryBudget } from './memory-budget.js';
import { RateLimits } from './rate-limits.js';
import { senderAddress } from './sender-address.js';

const rate = { eventsPerSecond: 1_000, burstEvents: 1_000 };
const addressBytes = { bytesPerSecond: 1, burstBytes: 1_000_000 };

it('requests are answered "busy" while no thread can be started, and later ones are not stuck behind them', async () => {
	const thread = new FairThread<{ bytes: Uint8Array }, never>({
		// Node refuses this address as it refuses a thread beyond the limit of the system: the constructor throws.
		file: new URL('http://127.0.0.1/none.js'),
		heapMebibytesMax: 16,
		rateLimits: new RateLimits({ addressRate: rate, visitorRate: rate, addressBytes, sendersMax: 10 }),
		budget: new MemoryBudget(1_000_000),
	});
	const ask = () => thread.ask({ bytes: Buffer.from('a') }, senderAddress('198.51.100.1'));
	expect(await Promise.all([ask(), ask(), ask()])).toEqual(Array(3).fill({ kind: 'busy' }));
	expect(await ask()).toEqual({ kind: 'busy' });
	await thread.close();
});
