/** Lists of options that several commands share, and the options of each command. */

export const warehouseOptions = ['data', 'clickhouseUrl', 'clickhousePort'] as const;

/** Options of the project folder, which `readProject` reads. */
export const projectOptions = ['project', 'modelSeconds', 'modelMemory'] as const;

export const initOptions = ['project'] as const;

/** Options of the collector itself, which `collectorSettings` passes on. */
export const collectorOptions = [
	'host',
	'port',
	'adminHost',
	'adminPort',
	'walBytes',
	'commitDelayMs',
	'httpEngine',
	'trustedProxies',
	'countryDatabase',
	'addressRate',
	'addressBytes',
	'visitorRate',
] as const;

/** Options of the dashboard itself, which `startDashboardPart` passes on. */
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
	'visitorSecret',
	'workers',
	...collectorOptions,
	'logLevel',
] as const;

export const stackOptions = [
	...collectorCommandOptions,
	...dashboardOptions,
	'transformSeconds',
	...projectOptions,
] as const;

/** Options of which `doctor` judges the values. */
export const doctorOptions = [
	...warehouseOptions,
	'host',
	'port',
	'adminHost',
	'adminPort',
	'walBytes',
	'httpEngine',
	'countryDatabase',
	'clickhouseReaderUrl',
	'dashboardHost',
	'dashboardPort',
	'dashboardToken',
	'project',
	'json',
] as const;

export const dashboardCommandOptions = [...warehouseOptions, 'sites', ...dashboardOptions, 'logLevel'] as const;

export const sqlOptions = [...warehouseOptions, 'clickhouseReaderUrl', 'logLevel', 'format', 'file'] as const;

export const shopOptions = ['addr', 'site', 'sites', 'shopHost', 'shopPort'] as const;

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
	...projectOptions,
	'logLevel',
	'select',
	'exclude',
	'fullRefresh',
	'since',
	'until',
	'user',
	'watch',
	'transformSeconds',
	'sql',
	'limit',
	'maxAge',
	'format',
	'json',
] as const;

/** Options of a simulated crowd. */
export const crowdOptions = ['seed', 'dau', 'orders', 'lifetime', 'late', 'doubled', 'site'] as const;

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

/** Only the verbs that concern rows need ClickHouse. */
export const quarantineOptions = [...warehouseOptions, 'logLevel', 'json'] as const;

export const importOptions = [...warehouseOptions, 'visitorSecret', 'logLevel', 'site'] as const;

export const ratesOptions = [...warehouseOptions, 'logLevel'] as const;

export const typesOptions = [...warehouseOptions, 'clickhouseReaderUrl', 'logLevel', 'site'] as const;

export const ordersOptions = [
	...warehouseOptions,
	'clickhouseReaderUrl',
	'logLevel',
	'site',
	'since',
	'until',
	'json',
] as const;
