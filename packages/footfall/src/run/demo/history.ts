import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { betweenRuns, build } from '@footfall/transforms';
import { importFile } from '@footfall/warehouse';
import type { demoOptions } from '../../settings/option-groups.js';
import type { Settings } from '../../settings/options.js';
import type { Stack } from '../../stack/stack.js';
import { rebuildWaitMs } from '../rebuild-wait.js';
import { seconds } from '../transforms/report-lines.js';

/** The history file and its last day: see data/README.md. */
export const historyFile = fileURLToPath(new URL('../../../../../data/shop.csv.zst', import.meta.url));
export const historyLastDay = '2026-02-04';

const dayMs = 86_400_000;

/** Number of days by which the events are shifted, so that the last day of the file is the day of `nowMs`. Pure. */
export function shiftDaysTo(nowMs: number): number {
	return Math.floor(nowMs / dayMs) - Date.parse(historyLastDay) / dayMs;
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
	const { wasThere, stored } = await importFile(warehouse, historyFile, {
		fallbackSite: site,
		site,
		shiftDays: shiftDaysTo(nowMs),
		untilMs: nowMs,
		exclusively: (step) => betweenRuns(warehouse, rebuildWaitMs, step),
	});
	if (wasThere) return print('History      already stored by an earlier start');
	const importedMs = Date.now() - nowMs;
	await build(warehouse, project, { lockWaitMs: rebuildWaitMs });
	const builtMs = Date.now() - nowMs - importedMs;
	print(
		`History      400 days, ${stored} events: imported in ${seconds(importedMs)}, in the marts in ${seconds(builtMs)}`,
	);
}
