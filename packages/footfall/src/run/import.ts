import { stat } from 'node:fs/promises';
import { betweenRuns, LockedError } from '@footfall/transforms';
import { type ImportOptions, ImportRefusal, type ImportResult, importFile, StartRefusal } from '@footfall/warehouse';
import type { Surroundings } from '../command.js';
import { complain } from '../complain.js';
import { exitCodes } from '../exit-code.js';
import type { Settings } from '../option.js';
import type { importOptions } from '../option-groups.js';
import type { Origin } from '../read-settings.js';
import { withWarehouse } from './with-warehouse.js';

/** Longest wait for a run of the transforms that is under way: of a rebuild over years of events. */
const lockWaitMs = 30 * 60_000;

/** `footfall import FILE`. */
export async function runImport(
	settings: Settings<(typeof importOptions)[number]>,
	surroundings: Surroundings,
	origins: Readonly<Record<'site', Origin>>,
	operands: readonly string[],
): Promise<number> {
	const [path, surplus] = operands;
	if (path === undefined || surplus !== undefined) {
		complain(
			path === undefined ? 'import which file? footfall import FILE' : `"${surplus}" is too much; one file at a time`,
		);
		return exitCodes.usage;
	}
	const found = await stat(path).catch(() => undefined);
	if (!found?.isFile()) throw new StartRefusal(`${path} is no file; name one that is there`);
	const site = origins.site === 'default' ? {} : { site: settings.site };
	const options: ImportOptions = { fallbackSite: settings.site, ...site, onStep: surroundings.print };
	let result: ImportResult | undefined;
	try {
		await withWarehouse(settings, surroundings, async ({ warehouse }) => {
			const exclusively: ImportOptions['exclusively'] = (step) => betweenRuns(warehouse, lockWaitMs, step);
			result = await importFile(warehouse, path, { ...options, exclusively });
		});
	} catch (error) {
		if (error instanceof ImportRefusal || error instanceof LockedError) throw new StartRefusal(error.message);
		throw error;
	}
	for (const line of resultLines(result as ImportResult)) surroundings.print(line);
	return (result?.rejected ?? 0) > 0 ? exitCodes.keptAside : exitCodes.success;
}

/** What came of an import, for people. Pure. */
function resultLines({ wasThere, rows, rejected, firstRejects, rejectsFile }: ImportResult): string[] {
	if (wasThere) return ['All of it was there already.'];
	const stored = `${rows - rejected} events stored.`;
	if (rejected === 0) return [stored];
	const shown = firstRejects.map(({ line, reason }) => `  line ${line} ${reason}`);
	const more = rejected > shown.length ? [`  and ${rejected - shown.length} more`] : [];
	return [...shown, ...more, `${stored} Lines that are no events: ${rejected}, kept in ${rejectsFile}.`];
}
