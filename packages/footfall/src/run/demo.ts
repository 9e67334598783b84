import { setTimeout as wait } from 'node:timers/promises';
import { type Shoppers, ShopRefusal, startShop, startShoppers } from '@footfall/demo-shop';
import { build, compileOrThrow, martLatency } from '@footfall/transforms';
import { StartRefusal } from '@footfall/warehouse';
import type { Surroundings } from '../command.js';
import { acceptedEvents } from '../demo/accepted-events.js';
import { countDelivered, countLive } from '../demo/count.js';
import { startCrowd } from '../demo/crowd.js';
import { bringHistory } from '../demo/history.js';
import { liveView } from '../demo/live-view.js';
import { PageRecord } from '../demo/page-record.js';
import { type Tally, tally } from '../demo/tally.js';
import { exitCodes } from '../exit-code.js';
import { createLog, type Log } from '../log.js';
import type { Settings } from '../option.js';
import type { demoOptions } from '../option-groups.js';
import { Shutdown } from '../shutdown.js';
import { addresses, type Stack, startStack } from '../stack.js';
import { latencyWords } from '../transforms/text.js';

type DemoSettings = Settings<(typeof demoOptions)[number]>;

/** How often the live summary is drawn on a terminal, and written as a line elsewhere. */
const liveEveryMs = { terminal: 1_000, plain: 5_000 };

/** `footfall demo`: until the time is over or a signal comes, then the count. */
export async function runDemo(settings: DemoSettings, surroundings: Surroundings): Promise<number> {
	if (!settings.sites.some(({ key }) => key === settings.site)) throw unknownSite(settings);
	const shutdown = new Shutdown();
	const log = createLog(settings.logLevel);
	try {
		const result = await browseAndCount(settings, surroundings, shutdown, log);
		surroundings.print(JSON.stringify(result));
		return result.lost === 0 && result.duplicated === 0 ? exitCodes.success : exitCodes.lossFound;
	} catch (error) {
		throw error instanceof ShopRefusal ? new StartRefusal(error.message) : error;
	} finally {
		for (const fault of await shutdown.run()) log.error(fault);
	}
}

async function browseAndCount(
	settings: DemoSettings,
	surroundings: Surroundings,
	shutdown: Shutdown,
	log: Log,
): Promise<Tally> {
	const { signal, print } = surroundings;
	const stack = await startStack(settings, { signal, shutdown, log });
	const shop = await startShop({
		host: '127.0.0.1',
		port: settings.shopPort,
		collectorUrl: stack.collector.publicUrl,
		site: settings.site,
	});
	shutdown.add('shop', () => shop.stop());
	for (const line of [...addresses(stack, settings.site), `Shop         ${shop.url}`]) print(line);
	const record = new PageRecord();
	// Before the history, which has no web vitals: only real browsers measure them. And who has no Chromium hears of it at once.
	const browsers = await startBrowsers(settings, shop.url, record, { signal, log });
	shutdown.add('shoppers', () => browsers.stop());
	await bringHistory(settings, stack.warehouse, print);
	const startedAtMs = Date.now();
	const crowd = startCrowd(settings, stack.collector.publicUrl, record, log);
	shutdown.add('simulated shoppers', () => crowd.stop());
	await watchShoppers(settings, surroundings, stack, record);
	print('Draining: shoppers leave, the log is delivered, the marts are built.');
	await Promise.all([browsers.stop(), crowd.stop()]);
	await stack.collector.drained();
	await build(stack.warehouse, compileOrThrow());
	const [delivered, latency] = await Promise.all([
		countDelivered(stack.warehouse, settings.site, record.visitors()),
		martLatency(stack.warehouse, startedAtMs),
	]);
	if (latency) print(`Of ${latency.events} events ${latencyWords(latency)}.`);
	return tally(record.ids(), record.notKept, await acceptedEvents(stack.collector.adminUrl), delivered, latency);
}

/** Real browsers, if any are wanted. */
async function startBrowsers(
	{ browsers, seed, chromium }: DemoSettings,
	shopUrl: string,
	record: PageRecord,
	{ signal, log }: { signal: AbortSignal; log: Log },
): Promise<Shoppers> {
	if (browsers === 0) return { stop: async () => undefined };
	return startShoppers({
		shopUrl,
		shoppers: browsers,
		seed,
		signal,
		onRecord: (event) => record.add(event),
		onError: ({ events, reason }) => {
			if (reason === 'not-kept') record.notKept += events;
			log.warn(`a page lost ${events} events: ${reason}`);
		},
		onFault: (line) => log.warn(line),
		...(chromium === undefined ? {} : { executablePath: chromium }),
	});
}

/** Shows what arrives until the time is over or a signal comes. */
async function watchShoppers(
	settings: DemoSettings,
	{ signal, print, terminal }: Surroundings,
	stack: Stack,
	record: PageRecord,
): Promise<void> {
	const endAt = settings.seconds === 0 ? Number.POSITIVE_INFINITY : Date.now() + settings.seconds * 1_000;
	const view = liveView(print, terminal);
	while (!signal.aborted && Date.now() < endAt) {
		const pauseMs = Math.min(terminal ? liveEveryMs.terminal : liveEveryMs.plain, endAt - Date.now());
		await wait(pauseMs, undefined, { signal }).catch(() => undefined);
		const counts = await countLive(stack.warehouse, settings.site).catch(() => undefined);
		view({ tracked: record.ids().size, acked: await acceptedEvents(stack.collector.adminUrl), counts });
	}
}

function unknownSite({ site, sites }: DemoSettings): StartRefusal {
	const known = sites.map(({ key }) => key).join(', ');
	return new StartRefusal(
		`site key "${site}" is not configured (known: ${known}); name one of them with --site or add it to --sites`,
	);
}
