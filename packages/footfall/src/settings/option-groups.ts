/** The settings that parts of the commands share. */

export const warehouseOptions = ['data', 'clickhouseUrl', 'clickhousePort'] as const;

/** What the collector is told; `collectorSettings` hands it on. */
export const collectorOptions = [
	'host',
	'port',
	'adminHost',
	'adminPort',
	'logBytes',
	'commitDelayMs',
	'trustedProxies',
	'countryDatabase',
	'addressRate',
	'addressBytes',
	'visitorRate',
] as const;

/** What the dashboard is told; `startDashboardPart` hands it on. */
export const dashboardOptions = [
	'clickhouseReaderUrl',
	'dashboardHost',
	'dashboardPort',
	'dashboardToken',
	'dashboardHosts',
] as const;

export const collectorCommandOptions = [
	...warehouseOptions,
	'sites',
	'workers',
	...collectorOptions,
	'logLevel',
] as const;

export const stackOptions = [...collectorCommandOptions, ...dashboardOptions, 'transformSeconds'] as const;

export const dashboardCommandOptions = [...warehouseOptions, ...dashboardOptions, 'logLevel'] as const;

export const shopOptions = ['collectorUrl', 'site', 'shopHost', 'shopPort'] as const;

export const demoOptions = [
	...stackOptions,
	'history',
	'seconds',
	'browsers',
	'shoppers',
	'rps',
	'seed',
	'site',
	'shopPort',
	'chromium',
] as const;

export const transformsOptions = [
	...warehouseOptions,
	'logLevel',
	'select',
	'exclude',
	'fullRefresh',
	'dryRun',
	'since',
	'until',
	'user',
	'watch',
	'every',
	'limit',
	'maxAge',
	'format',
	'json',
] as const;

/** What a simulated crowd is like. */
export const crowdOptions = ['seed', 'dau', 'lifetime', 'late', 'doubled', 'site'] as const;

export const simulateOptions = [
	...warehouseOptions,
	'logLevel',
	...crowdOptions,
	'from',
	'to',
	'out',
	'zstdLevel',
	'addr',
	'transport',
	'shoppers',
	'rps',
	'seconds',
	'browsers',
	'shopPort',
	'chromium',
] as const;

export const importOptions = [...warehouseOptions, 'logLevel', 'site'] as const;
