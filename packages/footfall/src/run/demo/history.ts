import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { betweenRuns, build } from '@footfall/transforms';
import { type ImportOptions, importFile, storeRates } from '@footfall/warehouse';
import type { demoOptions } from '../../settings/option-groups.js';
import type { Settings } from '../../settings/options.js';
import type { Stack } from '../../stack/stack.js';
import { rebuildWaitMs } from '../rebuild-wait.js';
import { seconds } from '../transforms/report-lines.js';

/** The folder of the demo's history, see data/README.md: in the published package, or in the repository. */
const dataFolder =
	['../../../data/', '../../../../../data/']
		.map((path) => fileURLToPath(new URL(path, import.meta.url)))
		.find((folder) => existsSync(folder)) ?? 'data/';
const dataFile = (name: string) => join(dataFolder, name);

/** The events of the history but its orders, the orders, and the last day of both. */
export const historyFile = dataFile('shop.csv.zst');
export const ordersFile = dataFile('shop-orders.csv.zst');
export const historyLastDay = '2026-02-04';

/** Number of days of the history. */
const historyDays = 400;
const dayMs = 86_400_000;

/** Number of days by which the events are shifted, so that the last day of the file is the day of `nowMs`. Pure. */
export function shiftDaysTo(nowMs: number): number {
	return Math.floor(nowMs / dayMs) - Date.parse(historyLastDay) / dayMs;
}

/** Exchange rates for the orders of the history, from its first day on. Pure. */
function exampleRates(nowMs: number): { day: string; currency: string; perEuro: string }[] {
	const day = new Date(nowMs - historyDays * dayMs).toISOString().slice(0, 10);
	return [
		{ day, currency: 'GBP', perEuro: '0.86' },
		{ day, currency: 'USD', perEuro: '1.08' },
	];
}

/** Imports the shop's history, shifted so that it ends now, and builds the marts; skipped if it is already stored. */
export async function bringHistory(
	{ history, site }: Pick<Settings<(typeof demoOptions)[number]>, 'history' | 'site'>,
	{ warehouse, project }: Pick<Stack, 'warehouse' | 'project'>,
	print: (line: string) => void,
): Promise<void> {
	if (history === 'none') return;
	if (!existsSync(historyFile)) return print(`History      none: ${historyFile} does not exist`);
	const nowMs = Date.now();
	const options: ImportOptions = {
		fallbackSite: site,
		site,
		shiftDays: shiftDaysTo(nowMs),
		untilMs: nowMs,
		exclusively: (step) => betweenRuns(warehouse, rebuildWaitMs, step),
	};
	const { wasThere, stored: events } = await importFile(warehouse, historyFile, options);
	// The orders are not added to a history of an earlier start, whose times were moved by other days.
	if (wasThere) return print('History      already stored by an earlier start');
	const stored = events + (await importFile(warehouse, ordersFile, options)).stored;
	await storeRates(warehouse, exampleRates(nowMs));
	const importedMs = Date.now() - nowMs;
	await build(warehouse, project, { lockWaitMs: rebuildWaitMs });
	const builtMs = Date.now() - nowMs - importedMs;
	print(
		`History      ${historyDays} days, ${stored} events: imported in ${seconds(importedMs)}, in the marts in ${seconds(builtMs)}`,
	);
}
