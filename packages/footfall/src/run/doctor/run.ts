import { collectorDefaults, logLevelOf, withinDescriptors } from '@footfall/collector/machine';
import { buildInfo, openFilesMax, raiseOpenFiles, StartRefusal, versionLine } from '@footfall/host';
import { currentPlatform, glibcVersion, serverMemoryMax } from '@footfall/warehouse/platform';
import type { doctorOptions } from '../../settings/option-groups.js';
import type { Settings } from '../../settings/options.js';
import type { Origin } from '../../settings/read-settings.js';
import { collectorAddresses } from '../../stack/collector-addresses.js';
import type { Context } from '../../terminal/context.js';
import { exitCodes } from '../../terminal/exit-code.js';
import { askClickHouse } from './ask-clickhouse.js';
import { countOf, type Finding, fault, findingLines, ok } from './finding.js';
import { judgeDisk } from './judge-disk.js';
import { judgeMemory, judgeOpenFiles } from './judge-limits.js';
import { judgeNative, nativeParts } from './judge-native.js';
import { judgePorts, type WantedPort } from './judge-ports.js';
import { judgeNode, judgeSystem } from './judge-runtime.js';
import { judgeClock, judgeContainer, judgeSettings } from './judge-surroundings.js';
import { lookAtSettings, lookForContainer, memoryLimit } from './look-around.js';
import { newestChangeMs, tryDisk } from './look-at-disk.js';
import { ownerOf, tryPorts } from './look-at-ports.js';
import { probeNative } from './probe-native.js';

type DoctorSettings = Settings<(typeof doctorOptions)[number] | 'config'>;

/**
 * `footfall doctor`: says what this machine has, and whether `footfall up` works on it. It starts no part of Footfall,
 * and leaves no file behind.
 *
 * @param faults faults of the settings, of which the valid ones are used
 */
export async function runDoctor(
	settings: DoctorSettings,
	{ print }: Pick<Context, 'print'>,
	origins: Readonly<Record<string, Origin>>,
	faults: readonly string[],
): Promise<number> {
	const findings = await examine(settings, origins, faults);
	const [found, warned] = [countOf(findings, 'fault'), countOf(findings, 'warning')];
	const lines = settings.json
		? [JSON.stringify({ ...buildInfo(), ok: found === 0, faults: found, warnings: warned, findings })]
		: findingLines(findings);
	for (const line of lines) print(line);
	return found === 0 ? exitCodes.success : exitCodes.refused;
}

async function examine(
	settings: DoctorSettings,
	origins: Readonly<Record<string, Origin>>,
	faults: readonly string[],
): Promise<Finding[]> {
	const { data, clickhouseUrl, walBytes } = settings;
	const isEmbedded = clickhouseUrl === undefined;
	const watched = watchClock();
	const [native, servers, ports] = await Promise.all([
		probeParts(settings, isEmbedded),
		askServers(settings),
		tryPorts(wantedPorts(settings, isEmbedded)),
	]);
	const { totalBytes, isLimited } = memoryLimit();
	return [
		ok('Footfall', versionLine(buildInfo())),
		judgeNode(process.versions.node),
		judgeSystem(currentPlatform(), glibcVersion(), isEmbedded),
		...native,
		...judgeSettings(lookAtSettings(settings, origins, faults)),
		...(await tokenFaults(settings)),
		...judgePorts(ports, ownerOf(data)),
		...judgeDisk(tryDisk(data), walBytes),
		openFiles(),
		judgeMemory({ totalBytes, isLimited, engineBytes: isEmbedded ? serverMemoryMax(totalBytes) : undefined }),
		judgeContainer(lookForContainer(data)),
		judgeClock({ ...watched(), newestDataMs: newestChangeMs(data), serverAheadMs: servers.aheadMs }),
		...servers.findings,
	];
}

/** Watches the clock until the returned function is called. */
function watchClock() {
	const [wallMs, monotonicMs] = [Date.now(), performance.now()];
	return () => ({
		nowMs: Date.now(),
		driftMs: Date.now() - wallMs - (performance.now() - monotonicMs),
		timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
	});
}

/** Tries the native parts that these settings need. */
async function probeParts({ httpEngine }: DoctorSettings, isEmbedded: boolean): Promise<Finding[]> {
	const needed = nativeParts.filter((part) => isEmbedded || (part !== 'clickhouse' && part !== 'landlock'));
	return Promise.all(needed.map(async (part) => judgeNative(part, await probeNative(part, httpEngine))));
}

async function askServers({ clickhouseUrl, clickhouseReaderUrl }: DoctorSettings) {
	const urls = [
		['CLICKHOUSE_URL', clickhouseUrl],
		['CLICKHOUSE_READER_URL', clickhouseReaderUrl],
	] as const;
	const answers = await Promise.all(
		urls.flatMap(([variable, url]) => (url === undefined ? [] : [askClickHouse(url, variable)])),
	);
	return { findings: answers.map(({ finding }) => finding), aheadMs: answers[0]?.aheadMs };
}

function wantedPorts(settings: DoctorSettings, isEmbedded: boolean): WantedPort[] {
	const { clickhousePort, dashboardHost, dashboardPort } = settings;
	const engine = { host: '127.0.0.1', port: clickhousePort, flag: '--clickhouse-port' };
	return [
		...collectorAddresses(settings),
		{ host: dashboardHost, port: dashboardPort, flag: '--dashboard-port' },
		...(isEmbedded ? [engine] : []),
	];
}

/** The fault of a dashboard that would refuse to start without a token, or with this one. */
async function tokenFaults({ dashboardHost, dashboardToken }: DoctorSettings): Promise<Finding[]> {
	// Loads native code, whose absence another finding names.
	const loaded = await import('@footfall/dashboard').catch(() => undefined);
	try {
		loaded?.checkToken(dashboardHost, dashboardToken);
		return [];
	} catch (error) {
		if (!(error instanceof StartRefusal)) throw error;
		return [fault('dashboard', error.message.replace(/\.$/, ''), 'set FOOTFALL_DASHBOARD_TOKEN')];
	}
}

function openFiles(): Finding {
	const limit = openFilesMax();
	const bounds = withinDescriptors(collectorDefaults, limit);
	return judgeOpenFiles(limit, {
		connections: bounds.connectionsMax,
		wanted: collectorDefaults.connectionsMax,
		isFew: logLevelOf(bounds) === 'warn',
		raise: raiseOpenFiles,
	});
}
