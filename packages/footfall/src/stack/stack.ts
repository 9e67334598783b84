import type { Collector } from '@footfall/collector';
import type { Dashboard } from '@footfall/dashboard';
import { StartRefusal } from '@footfall/host';
import {
	type BuildReport,
	build,
	followReads,
	type Project,
	RunFault,
	readRunState,
	refuseNewer,
	type WatchOptions,
	watch,
} from '@footfall/transforms';
import type { Warehouse } from '@footfall/warehouse';
import type { stackOptions } from '../settings/option-groups.js';
import type { Settings } from '../settings/options.js';
import type { SiteSetting } from '../settings/values/site-list.js';
import type { Progress } from '../terminal/progress.js';
import { checkPorts, dashboardAddress } from './check-start.js';
import { collectorAddresses, type PartAddress } from './collector-addresses.js';
import { forkCollector, startCollectorPart } from './collector-part.js';
import { startDashboardPart } from './dashboard-part.js';
import type { Logger } from './logger.js';
import { martsUnshown, newsOf } from './marts-unshown.js';
import { type FollowedProject, followProject } from './read-project.js';
import type { Shutdown } from './shutdown.js';
import { startWarehouse } from './warehouse-part.js';

/** The running parts between a page and the marts. */
export interface Stack {
	collector: Collector;
	warehouse: Warehouse;
	/** The models that the transforms of this process build: those of the files as they were read last. */
	readonly project: Project;
	/** URL of ClickHouse, without credentials. */
	clickhouseUrl: string;
	embedded: boolean;
	dashboard: Dashboard;
}

/**
 * Starts ClickHouse, migrations, collector, transforms and dashboard, in this order. Each part is added to `shutdown`
 * as soon as it has started, so the caller cleans up after an abort or a refusal with one call.
 *
 * @param progress tells which part is being started
 * @param sites sites of the collector @default those of the settings
 * @param sitesFile settings file whose sites hold as soon as they change. @default none
 * @param isAlwaysRead whether the transforms run as if a dashboard were always in use. @default false
 * @param otherAddresses addresses on which the caller will listen, which are checked with those of the parts
 * @throws StartRefusal before anything is started if a port is taken or the token of the dashboard is not valid; later
 *   if a part refuses to start
 */
export async function startStack(
	settings: Settings<(typeof stackOptions)[number]>,
	{
		signal,
		shutdown,
		log,
		progress,
		sites = settings.sites,
		sitesFile,
		isAlwaysRead = false,
		otherAddresses = [],
	}: {
		signal: AbortSignal;
		shutdown: Shutdown;
		log: Logger;
		progress: Progress;
		sites?: readonly SiteSetting[];
		sitesFile?: string | undefined;
		isAlwaysRead?: boolean;
		otherAddresses?: readonly PartAddress[];
	},
): Promise<Stack> {
	await checkPorts(settings, [...collectorAddresses(settings), dashboardAddress(settings), ...otherAddresses]);
	const spare = forkCollector(shutdown);
	const { warehouse, address, readerAddress, embedded, url } = await startWarehouse(settings, {
		signal,
		shutdown,
		log,
		progress,
	});
	const followed = followProject(settings, (faults) => {
		log.info({ faults: faults.length }, 'the project folder has changed and was read again');
		logProjectFaults(faults, log);
	});
	logProjectFaults(followed.current.faults, log);
	await refuseNewerMarts(warehouse, followed.current.project);
	const parts = { shutdown, log, sitesFile };
	const collector = await progress(
		'Starting the collector',
		startCollectorPart(settings, { address, spare, sites }, parts),
	);
	signal.throwIfAborted();
	const reads = followReads(warehouse);
	const isRead = isAlwaysRead ? async () => true : reads.isReading;
	const cadence = { everyMs: settings.transformSeconds * 1_000, isRead };
	await progress('Computing the marts', startTransforms(warehouse, followed, collector, cadence, { shutdown, log }));
	signal.throwIfAborted();
	const dashboard = await startDashboardPart(
		settings,
		{
			readerAddress,
			writer: warehouse,
			reads,
			sites,
			collectorUrl: addressForPages(collector.publicUrl, settings.host),
		},
		{ shutdown, log },
	);
	return {
		collector,
		warehouse,
		get project() {
			return followed.current.project;
		},
		clickhouseUrl: url,
		embedded,
		dashboard,
	};
}

/**
 * The address of the collector in the snippet of a page. For a collector that listens on all addresses it has that
 * wildcard as its host, which the page of the dashboard replaces by its own. Pure.
 */
export function addressForPages(publicUrl: string, host: string): string {
	const { port } = new URL(publicUrl);
	if (host === '0.0.0.0') return `http://0.0.0.0:${port}`;
	return host === '::' ? `http://[::]:${port}` : publicUrl;
}

/** Refuses to start on marts of a newer version, before the collector accepts events for them. */
async function refuseNewerMarts(warehouse: Warehouse, project: Project): Promise<void> {
	const { published } = await readRunState(warehouse);
	try {
		refuseNewer(published, project);
	} catch (error) {
		throw error instanceof RunFault ? new StartRefusal(error.message) : error;
	}
}

/**
 * Runs the transforms once, so that there are marts to read, and then repeatedly. Before each repeated run the
 * collector hands off its events. A run that fails does not prevent the start.
 *
 * @param cadence interval between the starts of two runs while no dashboard is in use, and whether one is
 */
async function startTransforms(
	warehouse: Warehouse,
	followed: FollowedProject,
	collector: Pick<Collector, 'handOff'>,
	cadence: Pick<WatchOptions, 'everyMs' | 'isRead'>,
	{ shutdown, log }: { shutdown: Shutdown; log: Logger },
): Promise<void> {
	const isNews = newsOf();
	const onReport = (report: BuildReport) => {
		logRun(report, log);
		if (isNews(report.martsFault)) log.warn({ fault: report.martsFault }, martsUnshown);
	};
	const onError = (error: Error) =>
		log.error({ error: error.message }, 'transforms failed; the marts published before remain');
	await build(warehouse, followed.current.project).then(onReport, onError);
	const stop = new AbortController();
	// A hand-off fails if the disk does; the collector logs that.
	const beforeRun = () => collector.handOff().catch(() => undefined);
	const watching = watch(warehouse, followed.next, { ...cadence, signal: stop.signal, beforeRun, onReport, onError });
	shutdown.add('transforms', async () => {
		stop.abort();
		await watching;
	});
}

/** Logs the faults of the project folder. The collector must start in spite of them: pages send events all the time. */
export function logProjectFaults(faults: readonly string[], log: Pick<Logger, 'error'>): void {
	for (const fault of faults)
		log.error({ fault }, 'a file of the project folder has a fault; readers see the earlier rows of its model, if any');
}

/**
 * Logs a run: as a warning if it has removed own models; as an error if data tests failed or data is left out, if
 * earlier runs could not be copied, or if an own model has a fault that the run before had not.
 */
export function logRun(report: BuildReport, log: Pick<Logger, 'debug' | 'warn' | 'error'>): void {
	if (report.removedOwn.length > 0)
		log.warn(
			{ run: report.run, models: report.removedOwn },
			'own models were removed, since the project folder no longer has their files',
		);
	for (const { name, fault, isNewFault } of report.own)
		if (isNewFault && fault !== undefined)
			log.error({ run: report.run, model: name, fault }, 'an own model is not current; readers see its earlier rows');
	for (const { name, fault, isNewFault } of report.ownTests)
		if (isNewFault)
			log.error({ run: report.run, test: name, fault }, 'a data test of the project folder fails; it runs again later');
	if (report.leftOut.length > 0)
		log.error(
			{ run: report.run, leftOut: report.leftOut },
			'the marts leave out visitors or sites whose data fails; footfall transforms left-out lists them',
		);
	if (report.compaction?.error !== undefined)
		log.error(
			{ run: report.run, error: report.compaction.error },
			'the rows of earlier runs could not be copied into one run; the next run tries again, and until then runs are slower',
		);
	if (report.outcome !== 'tests-failed') {
		log.debug({ report }, 'transforms');
		return;
	}
	const failed = report.tests.filter(({ failingRows }) => failingRows > 0);
	log.error({ run: report.run, failed }, 'data tests failed; the marts published before remain');
}

/** The lines that tell the operator how to reach a running stack. Pure. */
export function addresses(stack: Stack, site: string): string[] {
	const { publicUrl, adminUrl } = stack.collector;
	return [
		`Collector    ${publicUrl}   (metrics, health: ${adminUrl})`,
		`Dashboard    ${stack.dashboard.loginUrl}`,
		`ClickHouse   ${stack.clickhouseUrl}   (${stack.embedded ? 'embedded' : 'given by CLICKHOUSE_URL'})`,
		`Embed it     <script defer src="${publicUrl}/footfall.js" data-site="${site}"></script>`,
	];
}
