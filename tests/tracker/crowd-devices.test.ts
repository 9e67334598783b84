import { deviceProfiles } from '@footfall/demo-shop/crowd';
import { expect, it } from 'vitest';
import { parseUserAgent } from '../../packages/collector/src/accept/intake/user-agent.js';

it.each(deviceProfiles)('a collector reads from $userAgent what the crowd says of itself', (profile) => {
	const { userAgent, browser, os, device, isBot } = profile;
	expect(parseUserAgent(userAgent)).toEqual({ browser, os, device, isBot });
});
