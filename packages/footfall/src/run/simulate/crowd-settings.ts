import { type CrowdOptions, crowdDefaults } from '@footfall/demo-shop/crowd';
import type { crowdOptions } from '../../settings/option-groups.js';
import type { Settings } from '../../settings/options.js';

/** What the settings say of a crowd. */
export function crowdOf(settings: Settings<(typeof crowdOptions)[number]>): CrowdOptions {
	return {
		...crowdDefaults,
		seed: settings.seed,
		dailyActiveUsers: settings.dau,
		lifetimeMeanMs: settings.lifetime,
		lateShare: settings.late,
		duplicateShare: settings.doubled,
	};
}
