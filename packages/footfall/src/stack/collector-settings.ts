import type { CollectorDefaults } from '@footfall/collector';
import type { collectorOptions } from '../settings/option-groups.js';
import type { Settings } from '../settings/options.js';

/** The collector's settings under its own names. A test compares their defaults with the collector's. */
export function collectorSettings(settings: Settings<(typeof collectorOptions)[number]>) {
	return {
		host: settings.host,
		port: settings.port,
		adminHost: settings.adminHost,
		adminPort: settings.adminPort,
		walBytes: settings.walBytes,
		commitDelayMs: settings.commitDelayMs,
		httpEngine: settings.httpEngine,
		trustedProxies: settings.trustedProxies ?? [],
		countryDatabase: settings.countryDatabase,
		addressRate: settings.addressRate,
		addressBytes: settings.addressBytes,
		visitorRate: settings.visitorRate,
	} satisfies Partial<CollectorDefaults>;
}
