import {
	type AnswerOptions,
	connect,
	databaseOfReader,
	readerLimits,
	type WarehouseAddress,
	WarehouseError,
} from '@footfall/warehouse';
import type { sqlOptions } from '../../settings/option-groups.js';
import { type Settings, sqlFormats } from '../../settings/options.js';
import type { Origin } from '../../settings/read-settings.js';
import { createLogger } from '../../stack/logger.js';
import { openForReader } from '../../stack/open-for-reader.js';
import { Shutdown } from '../../stack/shutdown.js';
import { refused, usage } from '../../terminal/complain.js';
import type { Context } from '../../terminal/context.js';
import { exitCodes } from '../../terminal/exit-code.js';
import { TerminalBytes } from '../../terminal/terminal-text.js';
import { formatOf } from '../format-of.js';
import { answerOf } from './answer-of.js';
import { readStatement } from './read-statement.js';
import { statementFault } from './statement-fault.js';

type SqlSettings = Settings<(typeof sqlOptions)[number]>;
type SqlFormat = (typeof sqlFormats)[number];

/** The ClickHouse format of each value of `--format`, and the settings that go with it. */
const formats: Record<SqlFormat, Pick<AnswerOptions, 'format' | 'settings'>> = {
	table: {
		format: 'PrettyCompact',
		// The tip repeats a large number of a single cell in words, which an id does not need.
		settings: { output_format_pretty_color: 0, output_format_pretty_single_large_number_tip_threshold: 0 },
	},
	csv: { format: 'CSVWithNames' },
	tsv: { format: 'TSVWithNames' },
	json: { format: 'JSONEachRow', settings: { output_format_json_array_of_rows: 1 } },
	ndjson: { format: 'JSONEachRow', settings: { output_format_json_array_of_rows: 0 } },
	markdown: { format: 'Markdown' },
	parquet: { format: 'Parquet' },
};

/** `footfall sql`: runs one statement with the account of readers, and prints its rows as they come. */
export async function runSql(
	settings: SqlSettings,
	context: Context,
	origins: Readonly<Record<(typeof sqlOptions)[number], Origin>>,
	operands: readonly string[],
): Promise<number> {
	const chosen = formatOf('sql', settings.format, origins.format, sqlFormats);
	if (!chosen.ok) return usage(chosen.fault);
	const format = chosen.format ?? (context.terminal ? 'table' : 'csv');
	if (format === 'parquet' && context.terminal)
		return usage('parquet is not text; write it to a file, such as: footfall sql --format parquet … > rows.parquet');
	const { signal, progress } = context;
	const { file } = settings;
	const isFileFlag = origins.file === 'flag';
	const read = await readStatement({ operands, file, isFileFlag, stdin: process.stdin, signal });
	if (!read.ok) return usage(read.fault);
	const shutdown = new Shutdown();
	const log = createLogger(settings.logLevel);
	try {
		const { readerAddress } = await openForReader(settings, { signal, shutdown, log, progress });
		const open = (address: WarehouseAddress) => {
			const warehouse = connect(address);
			shutdown.add("the reader's ClickHouse client", () => warehouse.close());
			return warehouse;
		};
		const whole = open(readerAddress);
		const database = await databaseOfReader(whole);
		const marts = database === whole.database ? whole : open({ ...readerAddress, database });
		const { format: clickhouseFormat, settings: ofFormat } = formats[format];
		const bounds = settings.clickhouseReaderUrl === undefined ? readerSettings : onlyReading;
		const options = { format: clickhouseFormat, settings: { ...ofFormat, ...bounds }, signal };
		await print(answerOf(marts, whole, read.statement, options), context);
		return exitCodes.success;
	} catch (error) {
		if (signal.aborted) return exitCodes.interrupted;
		if (!(error instanceof WarehouseError)) throw error;
		return refused(statementFault(error, read.statement), exitCodes.refused);
	} finally {
		for (const fault of await shutdown.run()) log.error(fault);
	}
}

/** Refuses writes even where the account may write. With 2, unlike with 1, a statement may have settings of its own. */
const onlyReading = { readonly: 2 };

/** The account may be one that writes, which has no limits of its own. */
const readerSettings = {
	...onlyReading,
	max_execution_time: readerLimits.seconds,
	max_memory_usage: readerLimits.memoryBytes,
};

/** Prints bytes as they come. Stops when they cannot be written, which ends the statement on the server. */
async function print(rows: AsyncIterable<Buffer>, { write, terminal, signal }: Context): Promise<void> {
	const forTerminal = terminal ? new TerminalBytes() : undefined;
	for await (const bytes of rows) {
		const isWritten = await write(forTerminal?.next(bytes) ?? bytes);
		if (!isWritten) return;
		signal.throwIfAborted();
	}
	if (forTerminal) await write(forTerminal.next(undefined));
}
