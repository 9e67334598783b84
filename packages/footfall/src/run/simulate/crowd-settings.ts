import { type CrowdOptions, crowdDefaults } from '@footfall/demo-shop/crowd';
import type { crowdOptions } from '../../settings/option-groups.js';
import type { Settings } from '../../settings/options.js';

/** The options of a simulated crowd, from the settings. */
export function crowdOf(settings: Settings<(typeof crowdOptions)[number]>): CrowdOptions {
	return {
		...crowdDefaults,
		seed: settings.seed,
		dailyActiveUsers: settings.dau,
		lifetimeMeanMs: settings.lifetime,
		lateShare: settings.late,
		duplicateShare: settings.doubled,
		...(settings.orders === 'none' ? {} : { orders: true }),
	};
}
