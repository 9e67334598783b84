import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { betweenRuns, build, compileOrThrow } from '@footfall/transforms';
import { importFile, type Warehouse } from '@footfall/warehouse';
import type { Settings } from '../option.js';
import type { demoOptions } from '../option-groups.js';
import { seconds } from '../transforms/text.js';

/** The file, and the last day in it: see data/README.md. */
export const historyFile = fileURLToPath(new URL('../../../../data/shop.csv.zst', import.meta.url));
export const historyLastDay = '2026-02-04';

const dayMs = 86_400_000;
const lockWaitMs = 60_000;

/** Days by which the file is moved, so that its last day is that of `nowMs`. Pure. */
export function shiftDaysTo(nowMs: number): number {
	return Math.floor(nowMs / dayMs) - Date.parse(historyLastDay) / dayMs;
}

/** Imports the shop's history so that it ends now, unless it is there, and builds the marts of it. */
export async function bringHistory(
	{ history, site }: Pick<Settings<(typeof demoOptions)[number]>, 'history' | 'site'>,
	warehouse: Warehouse,
	print: (line: string) => void,
): Promise<void> {
	if (history === 'none') return;
	if (!existsSync(historyFile)) return print(`History      none: ${historyFile} is not there`);
	const nowMs = Date.now();
	const { wasThere, stored } = await importFile(warehouse, historyFile, {
		fallbackSite: site,
		site,
		shiftDays: shiftDaysTo(nowMs),
		untilMs: nowMs,
		exclusively: (step) => betweenRuns(warehouse, lockWaitMs, step),
	});
	if (wasThere) return print('History      there already, from an earlier start');
	const importedMs = Date.now() - nowMs;
	await build(warehouse, compileOrThrow(), { lockWaitMs });
	const builtMs = Date.now() - nowMs - importedMs;
	print(`History      400 days, ${stored} events: read in ${seconds(importedMs)}, in the marts in ${seconds(builtMs)}`);
}
