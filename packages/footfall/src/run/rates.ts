import { quoted } from '@footfall/json';
import { readRatesFile, type StoredRates, storeRates } from '@footfall/warehouse';
import type { ratesOptions } from '../settings/option-groups.js';
import type { Settings } from '../settings/options.js';
import { withWarehouse } from '../stack/with-warehouse.js';
import { usage } from '../terminal/complain.js';
import type { Context } from '../terminal/context.js';
import { requireFile } from './required-file.js';

/** `footfall rates FILE`: stores the exchange rates of a file. */
export async function runRates(
	settings: Settings<(typeof ratesOptions)[number]>,
	context: Context,
	operands: readonly string[],
): Promise<number> {
	const [path, surplus] = operands;
	if (path === undefined) return usage('rates requires a file: footfall rates FILE');
	if (surplus !== undefined) return usage(`unexpected argument ${quoted(surplus)}: rates takes one file`);
	await requireFile(path);
	const rates = await readRatesFile(path);
	return withWarehouse(settings, context, async ({ warehouse }) => {
		for (const line of resultLines(rates, await storeRates(warehouse, rates))) context.print(line);
	});
}

/** The result, as lines. Pure. */
function resultLines(rates: readonly { day: string; currency: string }[], stored: StoredRates): string[] {
	const days = rates.map(({ day }) => day).sort();
	const currencies = new Set(rates.map(({ currency }) => currency)).size;
	const { added, changed, unchanged } = stored;
	return [
		`The file has rates of ${currencies} currencies from ${days[0]} to ${days.at(-1)}.`,
		`${added} rates added, ${changed} changed, ${unchanged} were stored already.`,
	];
}
