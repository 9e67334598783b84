import { HistoryFileRefusal, type HistoryResult, historyToFile, historyToWarehouse } from '@footfall/simulation';
import { StartRefusal } from '@footfall/warehouse/start-refusal';
import type { Surroundings } from '../command.js';
import { complain } from '../complain.js';
import { exitCodes } from '../exit-code.js';
import type { Settings } from '../option.js';
import type { simulateOptions } from '../option-groups.js';
import { crowdOf } from '../simulate/crowd-settings.js';
import { progressView } from '../simulate/progress-view.js';
import { readSimulateVerb } from '../simulate/verbs.js';
import { withWarehouse } from './with-warehouse.js';

type SimulateSettings = Settings<(typeof simulateOptions)[number]>;

/** `footfall simulate`: one verb. */
export async function runSimulate(
	settings: SimulateSettings,
	surroundings: Surroundings,
	operands: readonly string[],
): Promise<number> {
	const request = readSimulateVerb(operands);
	if (!request.ok) return usage(request.fault);
	return makeHistory(settings, surroundings);
}

function usage(fault: string): number {
	complain(fault);
	return exitCodes.usage;
}

async function makeHistory(settings: SimulateSettings, surroundings: Surroundings): Promise<number> {
	const { from, to, site, out, zstdLevel: level } = settings;
	if (from === undefined || to === undefined)
		return usage('a history needs its days: footfall simulate history --from 2026-01-01 --to 2026-01-31');
	if (from > to) return usage(`--from ${from} is after --to ${to}`);
	const { signal, print, terminal } = surroundings;
	const options = { crowd: crowdOf(settings), site, from, to };
	const run = { signal, onProgress: progressView(print, terminal) };
	let result: HistoryResult | undefined;
	if (out === 'warehouse') {
		await withWarehouse(settings, surroundings, async ({ warehouse }) => {
			result = await historyToWarehouse(options, warehouse, run);
		});
	} else {
		result = await historyToFile(options, out, { ...run, level }).catch((error: unknown) => {
			if (!(error instanceof HistoryFileRefusal)) throw error;
			throw new StartRefusal(`${error.message}; remove it or name another file with --out`);
		});
	}
	const isWhole = result?.isWhole ?? false;
	if (!isWhole) print('Stopped. The same command goes on from here.');
	return isWhole ? exitCodes.success : exitCodes.interrupted;
}
