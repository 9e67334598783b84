import { type CrowdOptions, crowdDefaults } from '@footfall/demo-shop/crowd';
import type { Settings } from '../option.js';
import type { crowdOptions } from '../option-groups.js';

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
