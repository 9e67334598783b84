import type { Collector } from '@footfall/collector';
import type { Dashboard } from '@footfall/dashboard';
import { type BuildReport, build, compileOrThrow, watch } from '@footfall/transforms';
import type { Warehouse } from '@footfall/warehouse';
import { forkCollector, startCollectorStage } from './collector-stage.js';
import { startDashboardStage } from './dashboard-stage.js';
import type { Log } from './log.js';
import type { Settings } from './option.js';
import type { stackOptions } from './option-groups.js';
import type { Shutdown } from './shutdown.js';
import { startWarehouse } from './warehouse-stage.js';

/** Everything between a page and the marts, running. */
export interface Stack {
	collector: Collector;
	warehouse: Warehouse;
	/** Where ClickHouse answers, without credentials. */
	clickhouseUrl: string;
	embedded: boolean;
	dashboard: Dashboard;
}

/**
 * Starts ClickHouse, migrations, collector, transforms and dashboard, in this order. Whatever has started is in `shutdown` at once,
 * so an abort or a refusal half-way is cleaned up by the caller's one call.
 */
export async function startStack(
	settings: Settings<(typeof stackOptions)[number]>,
	{ signal, shutdown, log }: { signal: AbortSignal; shutdown: Shutdown; log: Log },
): Promise<Stack> {
	const spare = forkCollector(shutdown);
	const { warehouse, address, readerAddress, embedded, url } = await startWarehouse(settings, {
		signal,
		shutdown,
		log,
	});
	const collector = await startCollectorStage(settings, { address, spare }, { shutdown, log });
	signal.throwIfAborted();
	await startTransforms(warehouse, collector, settings.transformSeconds * 1_000, { shutdown, log });
	signal.throwIfAborted();
	const dashboard = await startDashboardStage(settings, { readerAddress, writer: warehouse }, { shutdown, log });
	return { collector, warehouse, clickhouseUrl: url, embedded, dashboard };
}

/**
 * One run now, so that there are marts to read, and then one every so often, after the collector has handed off what it has. A failed one is no
 * reason not to start.
 */
async function startTransforms(
	warehouse: Warehouse,
	collector: Pick<Collector, 'handOff'>,
	everyMs: number,
	{ shutdown, log }: { shutdown: Shutdown; log: Log },
): Promise<void> {
	const onReport = (report: BuildReport) => logRun(report, log);
	const onError = (error: Error) => log.error({ error: error.message }, 'transforms failed; the last good marts stay');
	const project = compileOrThrow();
	await build(warehouse, project).then(onReport, onError);
	const stop = new AbortController();
	// A disk that fails is the collector's to tell of.
	const beforeRun = () => collector.handOff().catch(() => undefined);
	const watching = watch(warehouse, project, { everyMs, signal: stop.signal, beforeRun, onReport, onError });
	shutdown.add('transforms', async () => {
		stop.abort();
		await watching;
	});
}

/** A failed data test means stale marts, which somebody must hear of. */
export function logRun(report: BuildReport, log: Pick<Log, 'debug' | 'error'>): void {
	if (report.leftOut.length > 0)
		log.error(
			{ run: report.run, leftOut: report.leftOut },
			'the marts leave out visitors or sites whose data fails; footfall transforms left-out lists them',
		);
	if (report.outcome !== 'tests-failed') {
		log.debug({ report }, 'transforms');
		return;
	}
	const failed = report.tests.filter(({ failingRows }) => failingRows > 0);
	log.error({ run: report.run, failed }, 'data tests failed; the last good marts stay');
}

/** What a person needs to know of a running stack. */
export function addresses(stack: Stack, site: string): string[] {
	const { publicUrl, adminUrl } = stack.collector;
	return [
		`Collector    ${publicUrl}   (metrics, health: ${adminUrl})`,
		`Dashboard    ${stack.dashboard.loginUrl}`,
		`ClickHouse   ${stack.clickhouseUrl}   (${stack.embedded ? 'embedded' : 'given by CLICKHOUSE_URL'})`,
		`Embed it     <script defer src="${publicUrl}/footfall.js" data-site="${site}"></script>`,
	];
}
