import { conditionJson, type Definitions, type GoalValue } from '@footfall/definitions';
import { definitionsFile, type ReadDefinitions, readDefinitions } from '@footfall/transforms';
import type { projectOptions } from '../../settings/option-groups.js';
import type { Settings } from '../../settings/options.js';
import { defaultProjectFolder, projectFolder } from '../../stack/read-project.js';
import { complain } from '../../terminal/complain.js';
import { exitCodes } from '../../terminal/exit-code.js';
import { table } from './report-lines.js';

/**
 * `footfall transforms definitions`: prints the goals, funnels and experiments of the project folder, or the faults of
 * its file. It needs neither ClickHouse nor the models.
 *
 * @throws StartRefusal when the settings name a folder that does not exist
 */
export function runDefinitions(
	settings: Pick<Settings<(typeof projectOptions)[number]>, 'project'>,
	say: (value: unknown, lines: readonly string[]) => void,
): number {
	const read = readDefinitions(projectFolder(settings));
	if (read.ok) {
		say({ file: read.file ?? null, ...definitionsJson(read.definitions) }, definitionLines(read, settings.project));
		return exitCodes.success;
	}
	for (const { file, line, column, words } of read.faults) complain(`${file}:${line}:${column}: ${words}`);
	say({ file: read.file, faults: read.faults }, []);
	return exitCodes.ownModelsFailed;
}

const definitionsJson = ({ goals, funnels, experiments }: Definitions) => ({
	goals: goals.map((goal) => ({ ...goal, when: conditionJson(goal.when), sites: goal.sites ?? null })),
	funnels: funnels.map((funnel) => ({
		...funnel,
		steps: funnel.steps.map(({ title, when }) => ({ title, when: conditionJson(when) })),
		sites: funnel.sites ?? null,
	})),
	experiments: experiments.map((experiment) => ({ ...experiment, sites: experiment.sites ?? null })),
});

const sitesWords = (sites: readonly string[] | undefined) => (sites === undefined ? 'all' : sites.join(', '));
const valueWords = (value: GoalValue) => (value.kind === 'property' ? `property ${value.property}` : value.kind);

function definitionLines(
	{ file, definitions: { goals, funnels, experiments } }: Extract<ReadDefinitions, { ok: true }>,
	folder = defaultProjectFolder,
): string[] {
	const section = (title: string, heads: string[], rows: string[][]) =>
		rows.length === 0 ? [] : ['', ...table([[title, ...heads], ...rows])];
	return [
		file === undefined
			? `There is no ${definitionsFile} in the project folder ${folder}: these are the default definitions.`
			: `Definitions of ${file}; a section that the file does not have is the default one.`,
		...section(
			'goal',
			['title', 'sites', 'value', 'when'],
			goals.map(({ name, title, sites, value, when }) => [
				name,
				title,
				sitesWords(sites),
				valueWords(value),
				JSON.stringify(conditionJson(when)),
			]),
		),
		...section(
			'funnel',
			['sites', 'within', 'step', 'when'],
			funnels.flatMap(({ name, sites, windowMs, steps }) =>
				steps.map(({ title, when }, i) => [
					...(i === 0 ? [name, sitesWords(sites), windowWords(windowMs)] : ['', '', '']),
					`${i + 1} ${title}`,
					JSON.stringify(conditionJson(when)),
				]),
			),
		),
		...section(
			'experiment',
			['title', 'sites', 'key', 'goal'],
			experiments.map(({ name, title, sites, key, goal }) => [name, title, sitesWords(sites), key, goal]),
		),
	];
}

/** A window in the form of the file: 24h as 1d. */
function windowWords(windowMs: number): string {
	const units = [
		[86_400_000, 'd'],
		[3_600_000, 'h'],
	] as const;
	const [unitMs, unit] = units.find(([ms]) => windowMs % ms === 0) ?? [60_000, 'm'];
	return `${windowMs / unitMs}${unit}`;
}
