import { quoted } from '@footfall/json';
import { betweenRuns, LockedError } from '@footfall/transforms';
import { type ImportOptions, ImportRefusal, type ImportResult, importFile } from '@footfall/warehouse';
import type { importOptions } from '../settings/option-groups.js';
import type { Settings } from '../settings/options.js';
import type { Origin } from '../settings/read-settings.js';
import { knownVisitorSecretOf } from '../stack/visitor-secret.js';
import { withWarehouse } from '../stack/with-warehouse.js';
import { refused, usage } from '../terminal/complain.js';
import type { Context } from '../terminal/context.js';
import { exitCodes } from '../terminal/exit-code.js';
import { rebuildWaitMs } from './rebuild-wait.js';
import { requireFile } from './required-file.js';

/** `footfall import FILE`: imports the events of a file. */
export async function runImport(
	settings: Settings<(typeof importOptions)[number]>,
	context: Context,
	origins: Readonly<Record<'site', Origin>>,
	operands: readonly string[],
): Promise<number> {
	const [path, surplus] = operands;
	if (path === undefined) return usage('import requires a file: footfall import FILE');
	if (surplus !== undefined) return usage(`unexpected argument ${quoted(surplus)}: import takes one file`);
	await requireFile(path);
	const site = origins.site === 'default' ? {} : { site: settings.site };
	const { signal, print } = context;
	const { data, clickhouseUrl, visitorSecret: given } = settings;
	const visitorSecret = () => knownVisitorSecretOf({ data, clickhouseUrl, visitorSecret: given });
	const options: ImportOptions = { fallbackSite: settings.site, ...site, visitorSecret, signal, onStep: print };
	let result: ImportResult | undefined;
	try {
		await withWarehouse(settings, context, async ({ warehouse }) => {
			const exclusively: ImportOptions['exclusively'] = (step) => betweenRuns(warehouse, rebuildWaitMs, step);
			result = await importFile(warehouse, path, { ...options, exclusively });
		});
	} catch (error) {
		const code = codeOf(error);
		if (code === undefined) throw error;
		return refused((error as Error).message, code);
	}
	for (const line of resultLines(result as ImportResult)) print(line);
	return (result?.rejected ?? 0) > 0 ? exitCodes.quarantined : exitCodes.success;
}

/**
 * The exit code for a refused file, or for a run of the transforms that does not end; undefined for other errors. Pure.
 */
export function codeOf(error: unknown): number | undefined {
	if (error instanceof LockedError) return exitCodes.locked;
	return error instanceof ImportRefusal ? exitCodes.refused : undefined;
}

/** The result of an import, as lines. Pure. */
function resultLines({ wasThere, stored, rejected, firstRejects, rejectsFile }: ImportResult): string[] {
	if (wasThere) return ['All events were already stored.'];
	const done = `${stored} events stored.`;
	if (rejected === 0) return [done];
	const shown = firstRejects.map(({ line, reason }) => `  line ${line} ${reason}`);
	const more = rejected > shown.length ? [`  and ${rejected - shown.length} more`] : [];
	return [...shown, ...more, `${done} Rejected lines: ${rejected}, quarantined in ${rejectsFile}.`];
}
