import { afterEach, expect, it, vi } from 'vitest';
import { ClientCache } from './intake/client-cache.js';
import { RateLimits } from './limits/rate-limits.js';
import { senderAddress } from './limits/sender-address.js';
import { chooseEncoding } from './transport/content-encoding.js';

// V8 hashes numbers, and strings that look like an array index, without a random seed. A sender who can choose
// thousands of them can give them one hash, and every look-up then walks all of them.
const isSeeded = (key: unknown) => typeof key === 'string' && !/^\d{1,16}$/.test(key);

afterEach(() => {
	vi.restoreAllMocks();
});

it.each<[what: string, use: () => void]>([
	[
		'visitors',
		() => {
			const rate = { eventsPerSecond: 1, burstEvents: 10 };
			const addressBytes = { bytesPerSecond: 1, burstBytes: 10 };
			const rateLimits = new RateLimits({ addressRate: rate, visitorRate: rate, addressBytes, sendersMax: 100 });
			const sender = senderAddress('198.51.100.1');
			for (let visitor = 0; visitor < 50; visitor++)
				rateLimits.admit(sender, 1, [{ site: 'shop', visitor, events: 1 }]);
		},
	],
	['user agents', () => new ClientCache(10).encoded('12345')],
	['encodings', () => chooseEncoding('12345, 67890')],
])('map keys that a sender chooses are hashed with a seed: %s', (_, use) => {
	const set = vi.spyOn(Map.prototype, 'set');
	use();
	const keys = set.mock.calls.map(([key]) => key);
	set.mockRestore();
	expect(keys.filter((key) => !isSeeded(key))).toEqual([]);
});
