import { expect, it } from 'vitest';
import { collectorDefaults } from '../../options.js';
import { SiteSettings } from '../intake/site-settings.js';
import { MemoryBudget } from '../limits/memory-budget.js';
import { RateLimits } from '../limits/rate-limits.js';
import { senderAddress } from '../limits/sender-address.js';
import { BodyValidator } from './body-validator.js';

it('a body that arrives after close() gets retry-later with the reason stopping', async () => {
	const validator = new BodyValidator({
		settings: { siteSettings: new SiteSettings([{ key: 'shop', origins: 'any' }]), visitorSecret: '' },
		rateLimits: new RateLimits(collectorDefaults),
		budget: new MemoryBudget(1_000_000),
	});
	await validator.close();
	const body = { bytes: Buffer.from('[]'), contentType: '', site: 'shop', origin: '', keySite: '', call: undefined };
	const result = await validator.validate(body, senderAddress('198.51.100.1'), { isGone: false });
	expect(result).toMatchObject({ kind: 'retry-later', retryLater: { reason: 'stopping' } });
});
