import { StartRefusal } from '@footfall/host';
import { type Command, defineCommand } from './command.js';
import { ordersVerbs } from './run/orders/verbs.js';
import { quarantineVerbs } from './run/quarantine/verbs.js';
import { simulateVerbs } from './run/simulate/verbs.js';
import { verbs } from './run/transforms/verbs.js';
import {
	collectorCommandOptions,
	dashboardCommandOptions,
	demoOptions,
	doctorOptions,
	importOptions,
	initOptions,
	ordersOptions,
	quarantineOptions,
	ratesOptions,
	shopOptions,
	simulateOptions,
	sqlOptions,
	stackOptions,
	transformsOptions,
	typesOptions,
	warehouseOptions,
} from './settings/option-groups.js';
import { type OptionName, options } from './settings/options.js';
import { settingsJson, settingsTable, shownSettings } from './settings/shown-settings.js';
import { exitCodes } from './terminal/exit-code.js';

/** Every command, in the order of the help and of the README's table. */
export const commands: readonly Command[] = [
	defineCommand({
		name: 'up',
		summary:
			'Starts ClickHouse, migrates its tables, and starts collector, transforms and dashboard; Ctrl-C stops all of them.',
		options: ['config', ...stackOptions],
		run: async (settings, context, origins) => (await load(import('./run/up.js'))).runUp(settings, context, origins),
	}),
	defineCommand({
		name: 'demo',
		summary:
			'Starts all parts of up and a demo shop with a year of history, browsers and simulated shoppers, and counts their events.',
		options: demoOptions,
		run: async (settings, context) => (await load(import('./run/demo/run.js'))).runDemo(settings, context),
	}),
	defineCommand({
		name: 'init',
		summary:
			'Writes a project folder with examples of definitions and a model, and a settings file beside it; overwrites nothing.',
		options: initOptions,
		startsNothing: true,
		run: async (settings, context) => (await load(import('./run/init.js'))).runInit(settings, context),
	}),
	defineCommand({
		name: 'simulate',
		summary:
			'Simulates shoppers: writes a history, or sends live load to a collector from simulated shoppers or real browsers.',
		options: simulateOptions,
		operands: { usage: 'VERB', help: simulateVerbs.map(({ form, meaning }) => [form, meaning]) },
		run: async (settings, context, origins, operands) =>
			(await load(import('./run/simulate/run.js'))).runSimulate(settings, context, origins, operands),
	}),
	defineCommand({
		name: 'import',
		summary:
			'Imports the events of a file into ClickHouse, each once, and quarantines lines that are not valid events.',
		options: importOptions,
		operands: {
			usage: 'FILE',
			help: [
				[
					'FILE',
					'CSV with a header, NDJSON or Parquet: .csv, .ndjson or .parquet, plain or compressed (.xz, .zst, .gz). A given --site applies to all rows, its default to rows without a site.',
				],
			],
		},
		run: async (settings, context, origins, operands) =>
			(await load(import('./run/import.js'))).runImport(settings, context, origins, operands),
	}),
	defineCommand({
		name: 'rates',
		summary: 'Stores the exchange rates of a file of the European Central Bank, by which orders are converted.',
		options: ratesOptions,
		operands: {
			usage: 'FILE',
			help: [
				[
					'FILE',
					'The daily or the historical file, as downloaded: CSV, or a ZIP file with it. Rates of a day that is stored already are replaced.',
				],
			],
		},
		run: async (settings, context, _origins, operands) =>
			(await load(import('./run/rates.js'))).runRates(settings, context, operands),
	}),
	defineCommand({
		name: 'orders',
		summary: "Compares the shop's own list of orders with the orders of the marts.",
		options: ordersOptions,
		operands: { usage: 'VERB', help: ordersVerbs.map(({ form, meaning }) => [form, meaning]) },
		run: async (settings, context, _origins, operands) =>
			(await load(import('./run/orders/run.js'))).runOrders(settings, context, operands),
	}),
	defineCommand({
		name: 'migrate',
		summary: 'Migrates the tables in ClickHouse to the schema of this version, and exits.',
		options: [...warehouseOptions, 'logLevel'],
		run: async (settings, context) => (await load(import('./run/migrate.js'))).runMigrate(settings, context),
	}),
	defineCommand({
		name: 'transforms',
		summary: 'Builds, tests and publishes the marts; further verbs inspect and operate them.',
		options: transformsOptions,
		operands: { usage: '[VERB]', help: verbs.map(({ form, meaning }) => [form, meaning]) },
		run: async (settings, context, origins, operands) =>
			(await load(import('./run/transforms/run.js'))).runTransforms(settings, context, origins, operands),
	}),
	defineCommand({
		name: 'sql',
		summary: 'Runs a SQL statement that only reads, on the marts and events, and prints its rows.',
		options: sqlOptions,
		operands: {
			usage: '[STATEMENT]',
			help: [
				[
					'STATEMENT',
					"SQL of ClickHouse, such as 'SHOW TABLES' or 'SELECT * FROM users_activity'. Without it: --file, or else the standard input.",
				],
			],
		},
		run: async (settings, context, origins, operands) =>
			(await load(import('./run/sql/run.js'))).runSql(settings, context, origins, operands),
	}),
	defineCommand({
		name: 'types',
		summary:
			'Writes TypeScript declarations of the events that are defined or were seen, so that an editor checks track().',
		options: typesOptions,
		operands: {
			usage: '[FILE]',
			help: [
				[
					'FILE',
					'File to write, such as src/footfall-events.d.ts. Without it: the standard output. The events are those of all sites, or those of a given --site.',
				],
			],
		},
		run: async (settings, context, origins, operands) =>
			(await load(import('./run/types/run.js'))).runTypes(settings, context, origins, operands),
	}),
	defineCommand({
		name: 'dashboard',
		summary: 'Serves the dashboard alone, on the data of a running footfall up or of your own ClickHouse.',
		options: dashboardCommandOptions,
		run: async (settings, context) => (await load(import('./run/dashboard.js'))).runDashboard(settings, context),
	}),
	defineCommand({
		name: 'collector',
		summary: 'Runs the collector alone; transforms and dashboard run elsewhere.',
		options: ['config', ...collectorCommandOptions],
		run: async (settings, context, origins) =>
			(await load(import('./run/collector.js'))).runCollector(settings, context, origins),
	}),
	defineCommand({
		name: 'quarantine',
		summary: 'Lists the segments and rows that the collector quarantined, with the reason, and puts them back.',
		options: quarantineOptions,
		operands: { usage: '[VERB]', help: quarantineVerbs.map(({ form, meaning }) => [form, meaning]) },
		startsNothing: true,
		run: async (settings, context, _origins, operands) =>
			(await load(import('./run/quarantine/run.js'))).runQuarantine(settings, context, operands),
	}),
	defineCommand({
		name: 'shop',
		summary: 'Serves the pages of the demo shop alone, without shoppers.',
		options: shopOptions,
		startsNothing: true,
		run: async (settings, context) => (await load(import('./run/shop.js'))).runShop(settings, context),
	}),
	defineCommand({
		name: 'doctor',
		summary: 'Says what this machine has, and whether up works on it with these settings; starts and changes nothing.',
		options: ['config', ...doctorOptions],
		startsNothing: true,
		reportsFaults: true,
		run: async (settings, context, origins, _operands, faults) =>
			(await load(import('./run/doctor/run.js'))).runDoctor(settings, context, origins, faults),
	}),
	defineCommand({
		name: 'settings',
		summary: 'Prints every setting with its effective value and its source; secrets are hidden.',
		options: Object.keys(options) as OptionName[],
		startsNothing: true,
		async run(settings, { print }, origins) {
			const shown = shownSettings(settings, origins);
			for (const line of settings.json ? [settingsJson(shown)] : settingsTable(shown)) print(line);
			return exitCodes.success;
		},
	}),
];

/**
 * Waits for the module of a command. Each command imports its module when it runs, so that help and usage errors are
 * printed at once, and a native library that cannot be loaded is a refusal with a remedy.
 *
 * @throws StartRefusal if the import fails
 */
export async function load<Module>(importing: Promise<Module>): Promise<Module> {
	try {
		return await importing;
	} catch (error) {
		const reason = error instanceof Error ? error.message.split('\n')[0] : error;
		throw new StartRefusal(
			`a native library cannot be loaded on this system (${reason}); use Linux with glibc, macOS, WSL2 or a Docker image such as node:24-slim`,
		);
	}
}
