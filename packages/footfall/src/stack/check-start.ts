import { join } from 'node:path';
import { checkToken } from '@footfall/dashboard';
import { freePort } from '@footfall/host';
import { mayBeOwned } from '@footfall/host/kernel';
import type { collectorCommandOptions, dashboardOptions } from '../settings/option-groups.js';
import type { Settings } from '../settings/options.js';
import type { PartAddress } from './collector-addresses.js';

type CollectorSettings = Settings<(typeof collectorCommandOptions)[number]>;
type DashboardSettings = Settings<(typeof dashboardOptions)[number]>;

/**
 * The address of the dashboard.
 *
 * @throws StartRefusal when its token is missing where other machines can reach it, or is not valid
 */
export function dashboardAddress({ dashboardHost, dashboardPort, dashboardToken }: DashboardSettings): PartAddress {
	checkToken(dashboardHost, dashboardToken);
	return { host: dashboardHost, port: dashboardPort, flag: '--dashboard-port' };
}

/**
 * Refuses a start on ports that are taken before anything is started: ClickHouse and the first run of the transforms
 * take seconds. Each part checks its port again when it listens.
 *
 * @throws StartRefusal when a port is taken, or cannot be opened
 */
export async function checkPorts(
	{ data, clickhouseUrl, clickhousePort }: Pick<CollectorSettings, 'data' | 'clickhouseUrl' | 'clickhousePort'>,
	addresses: readonly PartAddress[],
): Promise<void> {
	// Another Footfall on the same data has the same ports in most cases. The refusal then names that process, or the
	// command joins it.
	if (['clickhouse', 'log'].some((part) => mayBeOwned(join(data, part)))) return;
	const engine = { host: '127.0.0.1', port: clickhousePort, flag: '--clickhouse-port' };
	const all = clickhouseUrl === undefined ? [engine, ...addresses] : addresses;
	for (const { flag, ...address } of all) if (address.port !== 0) await freePort(address, flag);
}
