import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, compileOrThrow } from '@footfall/transforms';
import { startTestWarehouse } from '@footfall/warehouse/testing';
import { startTestCollector, type TestCollector } from '../../../packages/collector/src/testing/test-collector.js';
import { commands } from '../../../packages/footfall/src/command-table.js';
import { parseArguments } from '../../../packages/footfall/src/parse-arguments.js';
import { builtScript } from '../../../packages/tracker/src/testing/bundle.js';
import { blocksOf, freePort } from './example.js';

/** A row of the mart of orders, as far as the tests look at it. */
interface Order {
	order_id: string;
	/** Amount and currency. */
	money: string;
	day: string;
	source: string;
	visitor: string;
	server_reports: string;
}

/** A collector for servers, which can be away for a while, with the sites of an example's README. */
export interface OrderCollector {
	url: string;
	/** Write key of the site. */
	key: string;
	goAway(): Promise<void>;
	comeBack(): Promise<void>;
	/** Events of the raw table as texts, in order of their time. */
	events(): Promise<string[]>;
	/** Ids of the orders in the raw table, each once, in order of their time. */
	orderIds(): Promise<string[]>;
	/** The mart of orders, made of all events that have arrived. It takes a run of the transforms. */
	orders(): Promise<Order[]>;
	stop(): Promise<void>;
}

/** @param example whose README says how to start Footfall with a write key */
export async function startOrderCollector(example: string): Promise<OrderCollector> {
	const [clickhouse, trackerScript, port] = await Promise.all([
		startTestWarehouse(),
		builtScript('footfall.js'),
		freePort(),
	]);
	const walDirectory = mkdtempSync(join(tmpdir(), 'footfall-order-collector-'));
	const { sites, key } = settingsOf(example);
	const start = () =>
		startTestCollector(clickhouse.warehouse, {
			...{ port, sites, walDirectory, trackerScript: Buffer.from(trackerScript) },
		});
	let collector: TestCollector | undefined = await start();
	const goAway = async () => {
		await collector?.stop();
		collector = undefined;
	};
	return {
		url: collector.publicUrl,
		key,
		goAway,
		async comeBack() {
			collector = await start();
		},
		async events() {
			await collector?.drained();
			const rows = await clickhouse.warehouse.query<{ text: string }>(
				`SELECT concat(name, ' ', obj_id, ' ', path) AS text FROM events FINAL ORDER BY ts`,
			);
			return rows.map(({ text }) => text);
		},
		async orderIds() {
			await collector?.drained();
			const rows = await clickhouse.warehouse.query<{ order_id: string }>(
				`SELECT order_id FROM events FINAL WHERE name = 'order' GROUP BY order_id ORDER BY min(ts)`,
			);
			return rows.map(({ order_id }) => order_id);
		},
		async orders() {
			await collector?.drained();
			await build(clickhouse.warehouse, compileOrThrow());
			return clickhouse.warehouse.query<Order>(
				`SELECT order_id, concat(toString(amount), ' ', currency) AS money, toString(day) AS day, source,
				toString(visitor_id) AS visitor, server_reports FROM orders ORDER BY ordered_at`,
			);
		},
		async stop() {
			await goAway();
			await clickhouse.stop();
			rmSync(walDirectory, { recursive: true, force: true });
		},
	};
}

/** The sites and the key of the commands that a README has for `up`, as the settings of Footfall read them. */
function settingsOf(example: string) {
	const [block = ''] = blocksOf(example, 'Start Footfall with a write key');
	const command = 'npx -y @footfall/cli up';
	if (!block.includes(command)) throw new Error(`examples/${example}/README.md does not start Footfall`);
	const printed = execFileSync('sh', ['-c', block.replace(command, 'printenv FOOTFALL_SITES FOOTFALL_KEY')]);
	const [FOOTFALL_SITES = '', key = ''] = printed.toString().split('\n');
	const request = parseArguments(commands, ['up'], { FOOTFALL_SITES }, () => ({ kind: 'absent' }));
	if (request.kind !== 'run') throw new Error(`Footfall refuses the sites of examples/${example}/README.md`);
	return { sites: request.settings.sites, key };
}
