import { readPlainFile, StartRefusal } from '@footfall/host';
import { connect, databaseOfReader, WarehouseError } from '@footfall/warehouse';
import type { ordersOptions } from '../../settings/option-groups.js';
import type { Settings } from '../../settings/options.js';
import { createLogger } from '../../stack/logger.js';
import { openForReader } from '../../stack/open-for-reader.js';
import { Shutdown } from '../../stack/shutdown.js';
import { usage } from '../../terminal/complain.js';
import type { Context } from '../../terminal/context.js';
import { exitCodes } from '../../terminal/exit-code.js';
import { notFile, requireFile } from '../required-file.js';
import { compareSales, comparisonJson, comparisonLines, isEqual } from './compare.js';
import { parseDecimal } from './decimal.js';
import { parseTill, type Sale } from './parse-till.js';
import { readOrdersVerb } from './verbs.js';

type OrdersSettings = Settings<(typeof ordersOptions)[number]>;

/** Maximum size of the file. A line of an order has some 30 bytes. */
const fileBytesMax = 64 * 1024 * 1024;

/** `footfall orders compare FILE`: compares the shop's own orders with the mart. */
export async function runOrders(
	settings: OrdersSettings,
	context: Context,
	operands: readonly string[],
): Promise<number> {
	const request = readOrdersVerb(operands);
	if (!request.ok) return usage(request.fault);
	const file = await readTill(request.path);
	const mart = await readMart(settings, context);
	const comparison = compareSales(file, mart);
	const show = settings.json ? comparisonJson : comparisonLines;
	for (const line of [show(comparison, file, mart)].flat()) context.print(line);
	return isEqual(comparison) ? exitCodes.success : exitCodes.differs;
}

/** @throws StartRefusal when the file cannot be read or has a fault */
async function readTill(path: string): Promise<Map<string, Sale>> {
	await requireFile(path);
	const read = readPlainFile(path, { bytesMax: fileBytesMax });
	if (read.kind === 'large')
		throw new StartRefusal(`${path} has more than ${fileBytesMax / 1024 ** 2} MiB; give the orders of a shorter time`);
	if (read.kind !== 'bytes') throw notFile(path);
	const parsed = parseTill(read.bytes.toString('utf8'));
	if (!parsed.ok) throw new StartRefusal(`${path} cannot be compared: ${parsed.fault}`);
	return parsed.sales;
}

/** Reads the orders of a site with the account of readers. */
async function readMart(settings: OrdersSettings, { signal, progress }: Context): Promise<Map<string, Sale>> {
	const shutdown = new Shutdown();
	const log = createLogger(settings.logLevel);
	try {
		const { readerAddress } = await openForReader(settings, { signal, shutdown, log, progress });
		const warehouse = connect(readerAddress);
		shutdown.add("the reader's ClickHouse client", () => warehouse.close());
		const database = await databaseOfReader(warehouse);
		const { site, since = '1970-01-01', until = '2149-06-06' } = settings;
		const rows = await warehouse.query<{ order_id: string; amount: string; currency: string }>(
			`SELECT order_id, toString(amount) AS amount, currency FROM \`${database}\`.orders
			WHERE site = {site:String} AND day BETWEEN {since:Date} AND {until:Date}`,
			{ params: { site, since, until } },
		);
		return new Map(
			rows.map(({ order_id, amount, currency }) => [order_id, { amount: parseDecimal(amount) ?? 0n, currency }]),
		);
	} catch (error) {
		if (!(error instanceof WarehouseError) || error.code !== unknownTable) throw error;
		throw new StartRefusal('there is no mart of orders yet; run footfall transforms build, or start footfall up');
	} finally {
		for (const fault of await shutdown.run()) log.error(fault);
	}
}

const unknownTable = 60;
