import { openFilesMax, raiseOpenFiles, StartRefusal } from '@footfall/host';
import {
	HistoryFileRefusal,
	type HistoryResult,
	historyToFile,
	historyToWarehouse,
	NoCollector,
	simulateLive,
	TooManyShoppers,
} from '@footfall/simulation';
import type { simulateOptions } from '../../settings/option-groups.js';
import type { Settings } from '../../settings/options.js';
import type { Origin } from '../../settings/read-settings.js';
import { withWarehouse } from '../../stack/with-warehouse.js';
import { complain, usage } from '../../terminal/complain.js';
import type { Context } from '../../terminal/context.js';
import { exitCodes } from '../../terminal/exit-code.js';
import { shopInBrowsers } from './browsers.js';
import { crowdOf } from './crowd-settings.js';
import { liveProgress } from './live-progress.js';
import { progressView } from './progress-view.js';
import { readSimulateVerb, unreadOptions } from './verbs.js';

type SimulateSettings = Settings<(typeof simulateOptions)[number]>;

/** `footfall simulate`: runs one verb. */
export async function runSimulate(
	settings: SimulateSettings,
	context: Context,
	origins: Readonly<Record<(typeof simulateOptions)[number], Origin>>,
	operands: readonly string[],
): Promise<number> {
	const request = readSimulateVerb(operands);
	if (!request.ok) return usage(request.fault);
	const unread = unreadOptions(request.verb, origins);
	if (unread.length > 0) return usage(...unread);
	if (request.verb === 'browsers') return shopInBrowsers(settings, request.count ?? settings.browsers, context);
	return request.verb === 'live' ? sendLive(settings, context) : makeHistory(settings, context);
}

/** The fault of --from and --to; undefined if both are valid or absent. Pure. */
function faultOfDays({ from, to }: SimulateSettings): string | undefined {
	if (from === undefined || to === undefined) return from === to ? undefined : '--from and --to must be given together';
	return from > to ? `--from ${from} is after --to ${to}` : undefined;
}

async function sendLive(settings: SimulateSettings, { signal, print, terminal }: Context): Promise<number> {
	const { site, addr: address, transport, shoppers, rps, seconds, from, to } = settings;
	const fault =
		shoppers === 0 ? 'simulate live requires at least one shopper; give --shoppers 1 or more' : faultOfDays(settings);
	if (fault !== undefined) return usage(fault);
	if (settings.orders === 'only')
		return usage('--orders only applies to simulate history; use --orders all with simulate live');
	const counts = await simulateLive({
		crowd: crowdOf(settings),
		site,
		address,
		transport,
		shoppers,
		openFilesMax: openFilesMax(),
		signal,
		onProgress: liveProgress(print, terminal),
		...(rps === 0 ? {} : { batchesPerSecond: rps }),
		...(seconds === 0 ? {} : { durationMs: seconds * 1_000 }),
		...(from === undefined || to === undefined ? {} : { past: { from, to } }),
	}).catch((error: unknown) => {
		if (error instanceof TooManyShoppers)
			throw new StartRefusal(`${error.message}: ${raiseOpenFiles}, or give fewer --shoppers`);
		if (!(error instanceof NoCollector)) throw error;
		throw new StartRefusal(
			`${error.message}; start one with footfall up, or give its address with --addr (${error.reason})`,
		);
	});
	print(JSON.stringify(counts));
	if (counts.refused > 0)
		complain(
			`the collector refused ${counts.refused} events; see its log, and check that ${site} is one of its --sites`,
		);
	if (counts.unanswered > 0) complain(`${counts.unanswered} events were not acknowledged in time`);
	return counts.unanswered === 0 && counts.refused === 0 ? exitCodes.success : exitCodes.lossFound;
}

async function makeHistory(settings: SimulateSettings, context: Context): Promise<number> {
	const { from, to, site, out, zstdLevel: level } = settings;
	if (from === undefined || to === undefined)
		return usage('simulate history requires --from and --to, such as --from 2026-01-01 --to 2026-01-31');
	const fault = faultOfDays(settings);
	if (fault !== undefined) return usage(fault);
	const { signal, print, terminal } = context;
	const only = settings.orders === 'only' ? { onlyOrders: true as const } : {};
	const options = { crowd: crowdOf(settings), site, from, to, ...only };
	const run = { signal, onProgress: progressView(print, terminal) };
	let result: HistoryResult | undefined;
	if (out === 'warehouse') {
		await withWarehouse(settings, context, async ({ warehouse }) => {
			result = await historyToWarehouse(options, warehouse, run);
		});
	} else {
		result = await historyToFile(options, out, { ...run, level }).catch((error: unknown) => {
			if (!(error instanceof HistoryFileRefusal)) throw error;
			throw new StartRefusal(`${error.message}; remove it or give another file with --out`);
		});
	}
	const isWhole = result?.isWhole ?? false;
	if (!isWhole) print('Stopped. The same command continues from here.');
	return isWhole ? exitCodes.success : exitCodes.interrupted;
}
