import { stat } from 'node:fs/promises';
import { betweenRuns, LockedError } from '@footfall/transforms';
import { type ImportOptions, ImportRefusal, type ImportResult, importFile, StartRefusal } from '@footfall/warehouse';
import type { importOptions } from '../settings/option-groups.js';
import type { Settings } from '../settings/options.js';
import type { Origin } from '../settings/read-settings.js';
import { withWarehouse } from '../stack/with-warehouse.js';
import { refused, usage } from '../terminal/complain.js';
import type { Context } from '../terminal/context.js';
import { exitCodes } from '../terminal/exit-code.js';

/** Longest wait for a run of the transforms that is under way: of a rebuild over years of events. */
const lockWaitMs = 30 * 60_000;

/** `footfall import FILE`. */
export async function runImport(
	settings: Settings<(typeof importOptions)[number]>,
	context: Context,
	origins: Readonly<Record<'site', Origin>>,
	operands: readonly string[],
): Promise<number> {
	const [path, surplus] = operands;
	if (path === undefined) return usage('import which file? footfall import FILE');
	if (surplus !== undefined) return usage(`"${surplus}" is too much; one file at a time`);
	const found = await stat(path).catch(() => undefined);
	if (!found?.isFile()) throw new StartRefusal(`${path} is no file; name one that is there`);
	const site = origins.site === 'default' ? {} : { site: settings.site };
	const { signal, print } = context;
	const options: ImportOptions = { fallbackSite: settings.site, ...site, signal, onStep: print };
	let result: ImportResult | undefined;
	try {
		await withWarehouse(settings, context, async ({ warehouse }) => {
			const exclusively: ImportOptions['exclusively'] = (step) => betweenRuns(warehouse, lockWaitMs, step);
			result = await importFile(warehouse, path, { ...options, exclusively });
		});
	} catch (error) {
		const code = codeOf(error);
		if (code === undefined) throw error;
		return refused((error as Error).message, code);
	}
	for (const line of resultLines(result as ImportResult)) print(line);
	return (result?.rejected ?? 0) > 0 ? exitCodes.keptAside : exitCodes.success;
}

/** How the command ends after a fault of the file or of its moment; undefined when it is another one. Pure. */
export function codeOf(error: unknown): number | undefined {
	if (error instanceof LockedError) return exitCodes.locked;
	return error instanceof ImportRefusal ? exitCodes.refused : undefined;
}

/** What came of an import, for people. Pure. */
function resultLines({ wasThere, stored, rejected, firstRejects, rejectsFile }: ImportResult): string[] {
	if (wasThere) return ['All of it was there already.'];
	const done = `${stored} events stored.`;
	if (rejected === 0) return [done];
	const shown = firstRejects.map(({ line, reason }) => `  line ${line} ${reason}`);
	const more = rejected > shown.length ? [`  and ${rejected - shown.length} more`] : [];
	return [...shown, ...more, `${done} Lines that are no events: ${rejected}, kept in ${rejectsFile}.`];
}
