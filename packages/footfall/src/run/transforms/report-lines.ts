import type {
	BuildReport,
	Difference,
	Freshness,
	Latency,
	LeftOutEntry,
	Preview,
	RunEntry,
	TestResult,
} from '@footfall/transforms';
import { terminalText } from '../../terminal/terminal-text.js';

/** The output of the transforms as lines of text. All functions are pure. */

/** Formats a duration: milliseconds below one second, else seconds. */
export const seconds = (ms: number): string => (ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`);

/** Formats rows as an aligned table. Cells may have data of events, which a terminal must not obey. */
export function table(cells: readonly (readonly string[])[]): string[] {
	const rows = cells.map((row) => row.map(terminalText));
	const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
	return rows.map((row) =>
		row
			.map((cell, column) => cell.padEnd(widths[column] ?? 0))
			.join('  ')
			.trimEnd(),
	);
}

export function reportLines(report: BuildReport): string[] {
	if (report.outcome === 'skipped') return [`Nothing to do: ${report.why}.`];
	const models = [...report.models, ...report.own].filter(({ rows }) => rows > 0);
	const perSecond = (rows: number, ms: number) => `${Math.round((rows / Math.max(ms, 1)) * 1_000)} rows/s`;
	const rows = models.map(({ name, rows: n, ms }) => [`  ${name}`, `${n} rows`, seconds(ms), perSecond(n, ms)]);
	const who = report.visitors === undefined ? 'all visitors' : `${report.visitors} visitors`;
	const tests: (TestResult & { fault?: string | undefined })[] = [...report.tests, ...report.ownTests];
	const failed = tests.filter(({ failingRows }) => failingRows > 0);
	const outcome = report.outcome === 'published' ? 'published' : 'not published: data tests failed';
	return [
		`Run ${report.run}, ${report.kind} (${report.why}), ${who}:`,
		...table(rows),
		...failed.map(({ name, failingRows, fault }) => `  ✗ ${name}: ${fault ?? `${failingRows} rows`}`),
		...report.leftOut.map((one) => `  ✗ left out ${ownerWords(one)}: ${one.reason}`),
		...ownLinesOf(report),
		`${tests.length - failed.length} of ${tests.length} data tests passed. Run ${outcome} in ${seconds(report.ms)}.`,
	];
}

/** The own models of which readers see earlier rows, each with the reason, and those that the run has removed. */
export const ownLinesOf = ({ own, removedOwn }: Pick<BuildReport, 'own' | 'removedOwn'>): string[] => [
	...own.flatMap(({ name, fault }) =>
		fault === undefined ? [] : [`  ✗ ${name} is not current, readers see its earlier rows: ${fault}`],
	),
	...removedOwn.map((name) => `  ${name} was removed, since the project folder no longer has its file`),
];

/** Names a visitor or a site. */
const ownerWords = ({ site, visitor }: { site: string; visitor: string | undefined }) =>
	visitor === undefined ? `site ${site}` : `visitor ${visitor} of ${site}`;

export const failedTests = (tests: readonly TestResult[]) => tests.filter(({ failingRows }) => failingRows > 0);

export function testLines(tests: readonly TestResult[]): string[] {
	const lines = tests.map(({ name, failingRows }) =>
		failingRows === 0 ? `✓ ${name}` : `✗ ${name}: ${failingRows} rows`,
	);
	return [...lines, `${tests.length - failedTests(tests).length} of ${tests.length} data tests passed.`];
}

export function previewLines(preview: Preview): string[] {
	if (preview.kind === 'skip') return [`Nothing to do: ${preview.why}.`];
	if (preview.why === 'own models changed')
		return [
			'Would compute or remove models of your own, which have changed:',
			...ownLines(preview),
			...statementLines(preview),
		];
	const time =
		preview.estimatedMs === undefined ? 'unknown before the first run' : `about ${seconds(preview.estimatedMs)}`;
	return [
		`Would be ${preview.kind === 'rebuild' ? 'a rebuild' : 'incremental'}: ${preview.why}.`,
		...table([
			['  receipts', `${preview.newReceipts}, of ${preview.firstDay} to ${preview.lastDay}`],
			['  visitors', String(preview.visitors)],
			['  time', time],
		]),
		...ownLines(preview),
		...statementLines(preview),
	];
}

const statementLines = ({ statements = [] }: Preview): string[] =>
	statements.flatMap(({ model, sql }) => ['', `-- ${model}`, `${sql};`]);

const ownWords = {
	compute: 'would be computed from all events',
	remove: 'would be removed',
	keep: 'keeps its earlier rows, because its file has a fault',
};

const ownLines = ({ own }: Preview): string[] => own.map(({ name, what }) => `  ${name} ${ownWords[what]}`);

export function freshnessLines(
	{ publishedAt, behindMs, waiting, imported, staleModels, failingTests }: Freshness,
	isStale: boolean,
	latency: Latency | undefined,
): string[] {
	const received = waiting - imported;
	const parts = [
		...(received === 0 ? [] : [`${received} receipts are waiting, the oldest for ${seconds(behindMs)}`]),
		...(imported === 0 ? [] : [`${imported} imported events are waiting`]),
	];
	const state = parts.length === 0 ? 'every event is in the marts' : parts.join('; ');
	return [
		`Published ${publishedAt === '' ? 'never' : `${publishedAt} UTC`}; ${state}${isStale ? ': stale' : ''}.`,
		...staleModels.map(({ name, words, since }) => `The model ${name} is stale since ${since} UTC: ${words}`),
		...failingTests.map(({ name, words, since }) => `The data test ${name} has failed since ${since} UTC: ${words}`),
		...(latency === undefined ? [] : [`Of the last hour's events, ${latencyWords(latency)}.`]),
	];
}

/** Formats the time that events took from the page to the marts. */
export function latencyWords({ p50Ms, p99Ms }: Latency): string {
	return `half were in the marts after ${seconds(p50Ms)}, 99 % after ${seconds(p99Ms)}`;
}

export function leftOutLines(entries: readonly LeftOutEntry[]): string[] {
	if (entries.length === 0) return ['The marts leave out no visitors or sites.'];
	const rows = entries.map(({ site, visitor, leftOutAt, events, reason }) => [
		site,
		visitor ?? 'all visitors',
		leftOutAt,
		events,
		reason,
	]);
	return [
		...table([['site', 'visitor', 'left out at (UTC)', 'receipts', 'reason'], ...rows]),
		'To include them again, run: footfall transforms build --full-refresh',
	];
}

export function runLines(runs: readonly RunEntry[]): string[] {
	const rows = runs.map(({ run, kind, publishedAt, report }) => [
		run,
		kind,
		publishedAt,
		report.ms === undefined ? '–' : seconds(report.ms),
		report.visitors === undefined ? '–' : String(report.visitors),
		report.why ?? '–',
	]);
	return table([['run', 'kind', 'published', 'time', 'visitors', 'why'], ...rows]);
}

export function differenceLines(differences: readonly Difference[]): string[] {
	if (differences.length === 0) return ['The published models equal a rebuild in every column.'];
	const rows = differences.map((one) => [one.model, one.partition, String(one.publishedRows), String(one.rebuiltRows)]);
	return table([['model', 'partition', 'published rows', 'rebuilt rows'], ...rows]);
}

/** Formats the rows of any model. */
export function rowLines(rows: readonly Record<string, unknown>[]): string[] {
	const [first] = rows;
	if (!first) return ['No rows.'];
	const text = (value: unknown) => (typeof value === 'object' ? JSON.stringify(value) : String(value));
	return table([Object.keys(first), ...rows.map((row) => Object.values(row).map(text))]);
}
