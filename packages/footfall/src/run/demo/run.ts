import { setTimeout as wait } from 'node:timers/promises';
import { type RecordedEvent, type Shoppers, startShoppers } from '@footfall/demo-shop';
import { StartRefusal } from '@footfall/host';
import { build, martLatency } from '@footfall/transforms';
import type { demoOptions } from '../../settings/option-groups.js';
import type { Settings } from '../../settings/options.js';
import { createLogger, type Logger } from '../../stack/logger.js';
import { Shutdown } from '../../stack/shutdown.js';
import { addresses, type Stack, startStack } from '../../stack/stack.js';
import type { Context } from '../../terminal/context.js';
import { exitCodes } from '../../terminal/exit-code.js';
import { latencyWords } from '../transforms/report-lines.js';
import { acceptedEvents } from './accepted-events.js';
import { countDelivered, countLive } from './count.js';
import { startCrowd } from './crowd.js';
import { bringHistory } from './history.js';
import { liveView } from './live-view.js';
import { SentRecord } from './sent-record.js';
import { originOfPages, startDemoShop, withWriteKey } from './shop.js';
import { isComplete, type Tally, tally } from './tally.js';

type DemoSettings = Settings<(typeof demoOptions)[number]>;

/** Interval of the live summary: redrawn on a terminal, printed as a line elsewhere. */
const liveEveryMs = { terminal: 1_000, plain: 5_000 };

/** `footfall demo`: runs until --seconds are over, SIGINT, SIGTERM or SIGHUP, and then counts the events. */
export async function runDemo(settings: DemoSettings, context: Context): Promise<number> {
	if (!settings.sites.some(({ key }) => key === settings.site)) throw unknownSite(settings);
	const shutdown = new Shutdown();
	const log = createLogger(settings.logLevel);
	try {
		const result = await browseAndCount(settings, context, shutdown, log);
		context.print(JSON.stringify(result));
		return isComplete(result) ? exitCodes.success : exitCodes.lossFound;
	} finally {
		for (const fault of await shutdown.run()) log.error(fault);
	}
}

async function browseAndCount(
	settings: DemoSettings,
	context: Context,
	shutdown: Shutdown,
	log: Logger,
): Promise<Tally> {
	const { signal, print, progress } = context;
	const { sites, key, isNew } = withWriteKey(settings.sites, settings.site);
	// The operator watches a demo, on the terminal if not in the dashboard.
	const stack = await startStack(settings, {
		...{ signal, shutdown, log, progress, sites },
		isAlwaysRead: true,
		otherAddresses: [{ host: '127.0.0.1', port: settings.shopPort, flag: '--shop-port' }],
	});
	const record = new SentRecord();
	const collectorUrl = stack.collector.publicUrl;
	const { shop, reports } = await startDemoShop(settings, { key, collectorUrl }, record, { shutdown, log });
	for (const line of [...addresses(stack, settings.site), `Shop         ${shop.url}`]) print(line);
	if (isNew) print(`Write key    ${key}`);
	// Started before the history is imported: a missing Chromium is then reported at once, and web vitals, which only
	// real browsers measure, are there early.
	const browsers = await progress(
		'Starting the browsers, for which the first start unpacks Chromium',
		startBrowsers(settings, shop.url, record, { signal, log }),
	);
	shutdown.add('shoppers', () => browsers.stop());
	await progress('Importing the history of a year', bringHistory(settings, stack, print));
	const startedAtMs = Date.now();
	const crowd = startCrowd(
		settings,
		{ address: collectorUrl, origin: originOfPages(sites, settings.site, shop.url) },
		record,
		log,
		{ reports },
	);
	shutdown.add('simulated shoppers', () => crowd.stop());
	await watchShoppers(settings, context, stack, record);
	print('Draining: the shoppers leave, the WAL is delivered, the marts are built.');
	await Promise.all([browsers.stop(), crowd.stop()]);
	await reports.flush();
	return countEvents(settings.site, stack, record, startedAtMs, print);
}

/** Compares what was sent with what is in the tables, once everything is in them. */
async function countEvents(
	site: string,
	{ collector, warehouse, project }: Stack,
	record: SentRecord,
	startedAtMs: number,
	print: Context['print'],
): Promise<Tally> {
	await collector.drained();
	await build(warehouse, project);
	const [delivered, latency] = await Promise.all([
		countDelivered(warehouse, site, record.visitors()),
		martLatency(warehouse, startedAtMs),
	]);
	if (latency) print(`Of ${latency.events} events ${latencyWords(latency)}.`);
	const sent = { ids: record.ids(), notKept: record.notKept, revenue: record.revenue() };
	return tally(sent, await acceptedEvents(collector.adminUrl), delivered, latency);
}

/** Starts the real browsers, if --browsers is not 0. */
async function startBrowsers(
	{ browsers, seed, chromium }: DemoSettings,
	shopUrl: string,
	record: SentRecord,
	{ signal, log }: { signal: AbortSignal; log: Logger },
): Promise<Shoppers> {
	if (browsers === 0) return { stop: async () => undefined };
	return startShoppers({
		shopUrl,
		shoppers: browsers,
		seed,
		signal,
		onRecord: (event) => recordEvent(event, record),
		onError: ({ events, reason }) => {
			if (reason === 'not-kept') record.notKept += events;
			log.warn(`a page lost ${events} events: ${reason}`);
		},
		onFault: (line) => log.warn(line),
		...(chromium === undefined ? {} : { executablePath: chromium }),
	});
}

function recordEvent(event: RecordedEvent, record: SentRecord): void {
	record.add(event);
	const { name, visitor, amount, currency, details } = event;
	if (name !== 'order') return;
	record.addMoney({ name, visitor, orderId: String(details.orderId), refundId: '', amount, currency });
}

/** Shows the live summary until --seconds are over, SIGINT, SIGTERM or SIGHUP. */
async function watchShoppers(
	settings: DemoSettings,
	{ signal, print, terminal }: Context,
	stack: Stack,
	record: SentRecord,
): Promise<void> {
	const endAt = settings.seconds === 0 ? Number.POSITIVE_INFINITY : Date.now() + settings.seconds * 1_000;
	const view = liveView(print, terminal);
	while (!signal.aborted && Date.now() < endAt) {
		const pauseMs = Math.min(terminal ? liveEveryMs.terminal : liveEveryMs.plain, endAt - Date.now());
		await wait(pauseMs, undefined, { signal }).catch(() => undefined);
		const counts = await countLive(stack.warehouse, settings.site).catch(() => undefined);
		// A collector that was killed has no metrics until it runs again.
		const acked = await acceptedEvents(stack.collector.adminUrl).catch(() => undefined);
		view({ tracked: record.ids().size, acked, counts });
	}
}

function unknownSite({ site, sites }: DemoSettings): StartRefusal {
	const known = sites.map(({ key }) => key).join(', ');
	return new StartRefusal(
		`site key "${site}" is not configured (known: ${known}); name one of them with --site or add it to --sites`,
	);
}
