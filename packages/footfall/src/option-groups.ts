/** The settings that parts of the commands share. */

export const warehouseOptions = ['data', 'clickhouseUrl', 'clickhousePort'] as const;

export const stackOptions = [
	...warehouseOptions,
	'sites',
	'host',
	'port',
	'adminPort',
	'transformSeconds',
	'logLevel',
] as const;

export const demoOptions = [...stackOptions, 'seconds', 'shoppers', 'seed', 'site', 'shopPort', 'chromium'] as const;
