import { type Definitions, defaultDefinitions } from '@footfall/definitions';
import { StartRefusal } from '@footfall/host';
import { quoted } from '@footfall/json';
import { connect, databaseOfReader, WarehouseError } from '@footfall/warehouse';
import type { typesOptions } from '../../settings/option-groups.js';
import type { Settings } from '../../settings/options.js';
import type { Origin } from '../../settings/read-settings.js';
import { createLogger } from '../../stack/logger.js';
import { openForReader } from '../../stack/open-for-reader.js';
import { Shutdown } from '../../stack/shutdown.js';
import { complain, usage } from '../../terminal/complain.js';
import type { Context } from '../../terminal/context.js';
import { exitCodes } from '../../terminal/exit-code.js';
import { declarationOf } from './declaration.js';
import { typesLimits } from './limits.js';
import { type ListedEvents, listEvents } from './listed-events.js';
import { readSeenEvents } from './seen-events.js';
import { writeDeclaration } from './write-declaration.js';

type TypesSettings = Settings<(typeof typesOptions)[number]>;

/** `footfall types [FILE]`: writes the events that are defined or were seen as declarations of TypeScript. */
export async function runTypes(
	settings: TypesSettings,
	context: Context,
	origins: Readonly<Record<(typeof typesOptions)[number], Origin>>,
	operands: readonly string[],
): Promise<number> {
	const [path, surplus] = operands;
	if (surplus !== undefined) return usage(`unexpected argument ${quoted(surplus)}: types takes one file`);
	if (path !== undefined && !/\.d\.[cm]?ts$/.test(path))
		return usage(`${quoted(path)} is not the name of a declaration; name a file that ends in .d.ts`);
	const { site: key } = settings;
	// The default is the site of the demo shop.
	const site = origins.site === 'default' ? undefined : key;
	const listed = await readEvents(settings, context, site);
	const text = declarationOf(listed, site);
	if (listed.hasMore)
		complain(
			`there are more than ${typesLimits.events} events; those that were seen least are left out, so that calls with them are errors`,
		);
	if (path === undefined) return (await context.write(Buffer.from(text))) ? exitCodes.success : exitCodes.refused;
	writeDeclaration(path, text);
	const { length } = listed.events;
	const seen = listed.events.filter((event) => event.seen !== undefined).length;
	context.print(`Wrote ${path}: ${length} events, of which ${seen} were seen in the last ${typesLimits.days} days.`);
	return exitCodes.success;
}

/** Reads definitions and events with the account of readers. */
async function readEvents(
	settings: TypesSettings,
	{ signal, progress }: Context,
	site?: string,
): Promise<ListedEvents> {
	const shutdown = new Shutdown();
	const log = createLogger(settings.logLevel);
	try {
		const { readerAddress } = await openForReader(settings, { signal, shutdown, log, progress });
		const warehouse = connect(readerAddress);
		shutdown.add("the reader's ClickHouse client", () => warehouse.close());
		const database = await databaseOfReader(warehouse);
		const [row] = await warehouse.query<{ json: string }>(`SELECT json FROM \`${database}\`.definitions`);
		const definitions: Definitions = row === undefined ? defaultDefinitions : JSON.parse(row.json);
		return listEvents(definitions, await readSeenEvents(warehouse, database, site), site);
	} catch (error) {
		if (!(error instanceof WarehouseError) || error.code !== unknownTable) throw error;
		throw new StartRefusal('there are no marts of events yet; run footfall transforms build, or start footfall up');
	} finally {
		for (const fault of await shutdown.run()) log.error(fault);
	}
}

const unknownTable = 60;
