import { quoted } from '@footfall/json';
import {
	asciiLineage,
	type BuildOptions,
	type BuildReport,
	breakLock,
	build,
	compileOrThrow,
	docsPage,
	freshness,
	gc,
	LockedError,
	lineagePage,
	listLeftOut,
	listRuns,
	martLatency,
	mermaidLineage,
	OtherModelsError,
	type Project,
	preview,
	publishedDefinitionsStay,
	RollbackRefusal,
	RunFault,
	resume,
	rollback,
	selectModels,
	showRows,
	testPublished,
	verify,
	viewDefinition,
	watch,
	withOwn,
	withoutDefinitions,
} from '@footfall/transforms';
import { reasonOf, type Warehouse, WarehouseError } from '@footfall/warehouse';
import { clickhouseServers } from '../../settings/clickhouse-servers.js';
import type { transformsOptions } from '../../settings/option-groups.js';
import { lineageFormats, type Settings } from '../../settings/options.js';
import type { Origin } from '../../settings/read-settings.js';
import { newsOf } from '../../stack/marts-unshown.js';
import { type FollowedProject, followProject } from '../../stack/read-project.js';
import { withWarehouse } from '../../stack/with-warehouse.js';
import { complain, refused, usage } from '../../terminal/complain.js';
import type { Context } from '../../terminal/context.js';
import { exitCodes } from '../../terminal/exit-code.js';
import { formatOf } from '../format-of.js';
import { runDefinitions } from './definitions.js';
import {
	differenceLines,
	failedTests,
	freshnessLines,
	leftOutLines,
	ownLinesOf,
	previewLines,
	reportLines,
	rowLines,
	runLines,
	table,
	testLines,
} from './report-lines.js';
import { isOffline, type OfflineVerb, type OnlineVerb, readsProjectFolder, readVerb, unreadOptions } from './verbs.js';

type TransformsSettings = Settings<(typeof transformsOptions)[number]>;
type LineageFormat = (typeof lineageFormats)[number];

/** Window of the latency that `freshness` reports: the events of the last hour. */
const latencyWindowMs = 3_600_000;

/** The input of a verb that needs ClickHouse. */
interface Work {
	warehouse: Warehouse;
	settings: TransformsSettings;
	project: Project;
	/** The same project, for a verb that repeats runs while its files change. */
	followed: FollowedProject;
	/** Selected models. */
	names: ReadonlySet<string>;
	operand: string | undefined;
	signal: AbortSignal;
	/** Prints the value as JSON with `--json`, else the lines. */
	say(value: unknown, lines: readonly string[]): void;
}

/** Longest wait of a command for a run that is in progress. */
const lockWaitMs = 10_000;

/** `footfall transforms`: runs one verb, on every server of `--clickhouse-url`. */
export async function runTransforms(
	settings: TransformsSettings,
	context: Context,
	origins: Readonly<Record<(typeof transformsOptions)[number], Origin>>,
	operands: readonly string[],
): Promise<number> {
	const request = readVerb(operands);
	if (!request.ok) return usage(request.fault);
	const unread = unreadOptions(request.verb, origins, settings.watch);
	if (unread.length > 0) return usage(...unread);
	const { verb, operand } = request;
	const say: Work['say'] = (value, lines) => {
		for (const line of settings.json ? [JSON.stringify(value)] : lines) context.print(line);
	};
	if (verb === 'definitions') return runDefinitions(settings, say);
	const followed = readsProjectFolder(verb) ? followProject(settings, complainOfAll) : withoutFolder();
	const { project, faults } = followed.current;
	// A verb without a database says below what it shows instead of the published definitions.
	complainOfAll(isOffline(verb) ? faults.filter((fault) => !fault.endsWith(publishedDefinitionsStay)) : faults);
	const selection = selectModels(withOwn(project), settings.select ?? [], settings.exclude ?? []);
	if (!selection.ok) return usage(...selection.faults);
	const { names } = selection;
	const format = formatOf('transforms lineage', settings.format, origins.format, lineageFormats);
	if (!format.ok) return usage(format.fault);
	const least = () => (followed.current.faults.length > 0 ? exitCodes.ownModelsFailed : exitCodes.success);
	if (isOffline(verb)) {
		if (project.definitionsFault !== undefined)
			complain(`transforms ${verb} shows the default definitions instead, since it does not read the published ones`);
		runOffline(verb, { format: format.format, project, names, say });
		return least();
	}
	if (verb === 'restate' && [settings.user, settings.since, settings.until].every((given) => given === undefined))
		return usage('restate requires --user, --since or --until');
	let worst: number = exitCodes.success;
	// With several ClickHouse servers, each stores its own visitors, so the verb runs on each separately.
	const servers = settings.clickhouseUrl === undefined ? [undefined] : clickhouseServers(settings.clickhouseUrl);
	for (const clickhouseUrl of servers) {
		const code = await onShard(settings, clickhouseUrl, context, verb, { project, followed, names, operand, say });
		worst = Math.max(worst, code);
	}
	return worst === exitCodes.success ? least() : worst;
}

function complainOfAll(faults: readonly string[]): void {
	for (const fault of faults) complain(fault);
}

/** The project of a verb that needs no models of the project folder. */
function withoutFolder(): FollowedProject {
	const project = withoutDefinitions(compileOrThrow());
	return { current: { project, faults: [] }, next: () => project };
}

async function onShard(
	settings: TransformsSettings,
	clickhouseUrl: string | undefined,
	context: Context,
	verb: OnlineVerb,
	rest: Pick<Work, 'project' | 'followed' | 'names' | 'operand' | 'say'>,
): Promise<number> {
	let code: number = exitCodes.success;
	const { signal } = context;
	const { data, clickhousePort, logLevel } = settings;
	try {
		await withWarehouse({ data, clickhousePort, logLevel, clickhouseUrl }, context, async ({ warehouse }) => {
			code = await verbRuns[verb]({ ...rest, warehouse, settings, signal });
		});
	} catch (error) {
		if (error instanceof LockedError || error instanceof OtherModelsError)
			return refused(error.message, exitCodes.locked);
		if (error instanceof RollbackRefusal || error instanceof RunFault) return refused(error.message, exitCodes.refused);
		if (error instanceof WarehouseError) return refused(statementFault(verb, error), exitCodes.refused);
		throw error;
	}
	return code;
}

/** Says that ClickHouse refused a statement, or did not answer. */
function statementFault(verb: OnlineVerb, error: WarehouseError): string {
	const { code } = error;
	const what = code === undefined ? 'ClickHouse gave no answer to' : 'ClickHouse refused';
	const remedy =
		code === undefined
			? 'check that the server is running, and try again'
			: 'check the models if they were changed, and the memory and disk of the server';
	return `${what} a statement of transforms ${verb} (${reasonOf(error)}); the marts published before remain; ${remedy}`;
}

const verbRuns: Record<OnlineVerb, (work: Work) => Promise<number>> = {
	build: (work) => buildOrWatch(work, {}),
	run: (work) => buildOrWatch(work, { ignoreTests: true }),
	plan: async (work) => sayPreview(work),
	restate: async (work) => buildOnce(work, { restate: restated(work.settings) }),
	async test({ warehouse, project, names, say }) {
		const tests = await testPublished(warehouse, project, names);
		say({ tests }, testLines(tests));
		return failedTests(tests).length > 0 ? exitCodes.testsFailed : exitCodes.success;
	},
	async verify({ warehouse, project, say }) {
		const result = await verify(warehouse, project);
		if (!result)
			return refused('events kept arriving during the rebuild; run verify again when fewer arrive', exitCodes.refused);
		if ('failedTests' in result) {
			say(result, testLines(result.failedTests));
			return refused('nothing was compared, because data tests of the run fail', exitCodes.testsFailed);
		}
		say(result, differenceLines(result.differences));
		return result.differences.length > 0 ? exitCodes.differs : exitCodes.success;
	},
	async freshness({ warehouse, settings, say }) {
		const [found, latency] = await Promise.all([
			freshness(warehouse),
			martLatency(warehouse, Date.now() - latencyWindowMs).catch(() => undefined),
		]);
		const isStale = found.publishedAt === '' || found.behindMs > settings.maxAge || found.staleModels.length > 0;
		say({ ...found, isStale, latency: latency ?? null }, freshnessLines(found, isStale, latency));
		return isStale ? exitCodes.stale : exitCodes.success;
	},
	async 'left-out'({ warehouse, settings, say }) {
		const leftOut = await listLeftOut(warehouse, settings.limit);
		say({ leftOut }, leftOutLines(leftOut));
		return exitCodes.success;
	},
	async runs({ warehouse, settings, say }) {
		const runs = await listRuns(warehouse, settings.limit);
		say({ runs }, runLines(runs));
		return exitCodes.success;
	},
	async rollback({ warehouse, project, operand, say }) {
		await rollback(warehouse, project, BigInt(operand ?? 0));
		say({ rolledBackTo: operand }, [
			`Run ${operand} is published. Further runs are prevented until footfall transforms unlock.`,
		]);
		return exitCodes.success;
	},
	async unlock({ warehouse, say }) {
		const owner = await breakLock(warehouse);
		const resumed = await resume(warehouse);
		const freed = owner === undefined ? 'No lock was held.' : `Released the lock of ${owner}.`;
		say({ owner: owner ?? null, resumed }, [freed, ...(resumed ? ['Runs are allowed again after the rollback.'] : [])]);
		return exitCodes.success;
	},
	async gc({ warehouse, project, say }) {
		const dropped = await gc(warehouse, project);
		say({ dropped }, [`Dropped ${dropped} partitions.`]);
		return exitCodes.success;
	},
	async show({ warehouse, settings, project, operand, say }) {
		const model = withOwn(project).models.find(({ name }) => name === operand);
		if (!model) return usage(`there is no model ${quoted(operand ?? '')}; footfall transforms ls lists the models`);
		const rows = await showRows(warehouse, model, settings.limit);
		say({ rows }, rowLines(rows));
		return exitCodes.success;
	},
};

const restated = ({ user, since, until }: Partial<Pick<TransformsSettings, 'user' | 'since' | 'until'>>) => ({
	...(user === undefined ? {} : { user }),
	...(since === undefined ? {} : { since }),
	...(until === undefined ? {} : { until }),
});

async function sayPreview({ warehouse, project, settings, say }: Work): Promise<number> {
	const { fullRefresh, sql: withStatements } = settings;
	const found = await preview(warehouse, project, { fullRefresh, withStatements });
	say(found, previewLines(found));
	return exitCodes.success;
}

function buildOrWatch(work: Work, options: BuildOptions): Promise<number> {
	const { settings } = work;
	if (settings.watch) return watchBuilds(work, options);
	const { since, until } = settings;
	const restate = since === undefined && until === undefined ? {} : { restate: restated({ since, until }) };
	return buildOnce(work, { ...options, ...restate, fullRefresh: settings.fullRefresh });
}

async function buildOnce({ warehouse, project, say }: Work, options: BuildOptions): Promise<number> {
	const report = await build(warehouse, project, { lockWaitMs, isAsked: true, ...options });
	if (report.martsFault !== undefined) complain(report.martsFault);
	say(report, reportLines(report));
	return codeOf(report);
}

function codeOf({ outcome, own, ownTests }: BuildReport): number {
	if (outcome === 'tests-failed') return exitCodes.testsFailed;
	const areOwnCurrent = own.every(({ fault }) => fault === undefined) && failedTests(ownTests).length === 0;
	return areOwnCurrent ? exitCodes.success : exitCodes.ownModelsFailed;
}

/** Repeats runs until SIGINT, SIGTERM or SIGHUP. Prints the runs that did something, and the errors. */
async function watchBuilds(
	{ warehouse, followed, settings, signal, say }: Work,
	options: BuildOptions,
): Promise<number> {
	let code: number = exitCodes.success;
	const isNews = newsOf();
	await watch(warehouse, followed.next, {
		...options,
		everyMs: settings.transformSeconds * 1_000,
		signal,
		onReport: (report) => {
			code = codeOf(report);
			if (report.martsFault !== undefined && isNews(report.martsFault)) complain(report.martsFault);
			if (report.outcome !== 'skipped')
				say(report, reportLines(report).slice(-1 - report.leftOut.length - ownLinesOf(report).length));
		},
		onError: (error) => complain(error.message),
	});
	return code;
}

function runOffline(
	verb: Exclude<OfflineVerb, 'definitions'>,
	{ format, project, names, say }: Pick<Work, 'project' | 'names' | 'say'> & { format: LineageFormat | undefined },
): void {
	const all = withOwn(project);
	const models = all.models.filter(({ name }) => names.has(name));
	if (verb === 'ls') {
		const rows = models.map(({ name, layer, materialized, tags, description }) => [
			name,
			layer,
			materialized.kind,
			tags.join(','),
			description,
		]);
		say({ models, tests: all.tests }, table(rows));
	} else if (verb === 'compile') {
		const compiled = models.map((model) => ({ name: model.name, sql: viewDefinition(model, all) }));
		say(
			{ models: compiled },
			compiled.flatMap(({ name, sql }) => [`-- ${name}`, `${sql};`, '']),
		);
	} else if (verb === 'docs') {
		const html = docsPage(all, names);
		say({ html }, [html]);
	} else {
		const lines =
			format === 'html'
				? [lineagePage(all, names)]
				: format === 'mermaid'
					? mermaidLineage(all, names)
					: asciiLineage(all, names);
		say({ models: models.map(({ name, reads }) => ({ name, reads })) }, lines);
	}
}
