import { seenModels } from './health.js';
import { number, select } from './query.js';
import { QueryFault, runQuery } from './run-query.js';
import { noScope } from './scope.js';

/**
 * The marts that readers see, beside the version of this dashboard.
 *
 * - `none`: no run is published
 * - `earlier`: an earlier version computed them, and the first run of this version is not published yet
 * - `current`: this version computed them
 * - `newer`: a newer version computed them
 * - `other`: the dashboard does not know which
 */
export type MartsVersion = 'none' | 'earlier' | 'current' | 'newer' | 'other';

/** The generation of the run that readers see; 0 for one of a version that did not record it. No row without a run. */
const seenGeneration = select(
	{ generation: number },
	`SELECT JSONExtractUInt(report, 'judged', 'generation') AS generation
FROM transform_runs
WHERE models IN (${seenModels})
ORDER BY run DESC
LIMIT 1`,
);

/** Compares the generations of the marts and of this version. Pure. @param ours undefined if it is not known */
export function martsVersionOf(seen: number | undefined, ours: number | undefined): MartsVersion {
	if (seen === undefined) return 'none';
	if (ours === undefined) return 'other';
	if (seen === ours) return 'current';
	return seen < ours ? 'earlier' : 'newer';
}

/** Reads the version of the marts. @param ours generation of the models of this version; undefined if not known */
export async function readMartsVersion(
	source: Parameters<typeof runQuery>[0],
	ours: number | undefined,
): Promise<MartsVersion> {
	try {
		const [seen] = await runQuery(source, seenGeneration, noScope);
		return martsVersionOf(seen?.generation, ours);
	} catch (error) {
		// Without the table of runs there was none.
		if (error instanceof QueryFault) return error.isOfMarts ? 'none' : 'other';
		throw error;
	}
}

/** Says in two sentences why these marts do not have some data. Pure. */
export function missingText(version: Exclude<MartsVersion, 'none' | 'current'>): string {
	return {
		earlier:
			'An earlier version of Footfall computed these numbers, and this is new since. The first run of this version adds it, which takes minutes on a long history.',
		newer:
			'A newer version of Footfall computed these numbers, and this dashboard does not know them. Upgrade the dashboard.',
		other:
			'Another version of Footfall computed these numbers, without this. After an upgrade, the first run of the transforms adds it, which takes minutes on a long history.',
	}[version];
}
