// Measures the import of files by the processor time of this process and of ClickHouse: `--rows 400000` events as
// NDJSON, CSV and Parquet, each imported `--rounds 3` times; the best counts.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { connect, importFile, migrate, startEmbeddedServer } from '@footfall/warehouse';

const { values } = parseArgs({
	args: process.argv.slice(2).filter((argument) => argument !== '--'),
	options: { rows: { type: 'string', default: '400000' }, rounds: { type: 'string', default: '3' } },
});
const rows = Number(values.rows);
const formats = { ndjson: 'JSONEachRow', csv: 'CSVWithNames', parquet: 'Parquet' };

const scratch = mkdtempSync(join(tmpdir(), 'footfall-bench-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
const server = await startEmbeddedServer({ directory: join(scratch, 'clickhouse') });
const warehouse = connect({ url: server.url, ...server.writer });
await migrate(warehouse);

/** Processor time of this process and of ClickHouse since their start, milliseconds. A tick of /proc is 10 ms. */
function processorMs() {
	const stat = readFileSync(`/proc/${server.pid}/stat`, 'utf8');
	// The name, in parentheses, may have spaces in it.
	const [userTicks, systemTicks] = stat
		.slice(stat.lastIndexOf(')') + 2)
		.split(' ')
		.slice(11, 13)
		.map(Number);
	const { user, system } = process.cpuUsage();
	return (userTicks + systemTicks) * 10 + (user + system) / 1_000;
}

/** Writes a file of events; ClickHouse generates them. */
async function writeEvents(path, format) {
	const { user, password } = server.writer;
	const answer = await fetch(server.url, {
		method: 'POST',
		headers: { Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` },
		body: `SELECT toDateTime64('2026-01-01', 3, 'UTC') + toIntervalMillisecond(number * 4321) AS ts, ts AS received_at,
				reinterpretAsUUID(sipHash128(number)) AS event_id, 1 + number % 5000 AS visitor_id,
				if(number % 10 = 0, concat('user-', toString(visitor_id)), '') AS user_id, ['view', 'click'][1 + number % 2] AS name,
				['page', 'button'][1 + number % 2] AS obj, number % 5 AS product_id, toDecimal64(number % 5, 4) AS amount,
				map('cart_style', 'default') AS exp, if(number % 6 = 0, map('colour', 'red', 'size', 'L'), map()) AS props,
				concat('https://shop.example/catalog/product/', toString(product_id), '?utm_source=news') AS url,
				'A product of the shop' AS title, 1280 AS viewport_width, 720 AS viewport_height, 'en-GB' AS language,
				'Europe/Berlin' AS timezone, 'Chrome' AS browser, 'Windows' AS os, 'desktop' AS device, 'DE' AS country
			FROM numbers(${rows}) FORMAT ${format}`,
	});
	const content = Buffer.from(await answer.arrayBuffer());
	if (!answer.ok) throw new Error(content.toString());
	writeFileSync(path, content);
}

const result = {};
for (const [ending, format] of Object.entries(formats)) {
	const path = join(scratch, `events.${ending}`);
	await writeEvents(path, format);
	let bestMs = Number.POSITIVE_INFINITY;
	for (let round = 0; round < Number(values.rounds); round++) {
		const startMs = processorMs();
		const { stored } = await importFile(warehouse, path, { fallbackSite: 'shop' });
		bestMs = Math.min(bestMs, processorMs() - startMs);
		if (stored !== rows) throw new Error(`${stored} of ${rows} events were stored`);
		await warehouse.command('TRUNCATE TABLE events');
	}
	const perSecond = Math.round(rows / (bestMs / 1_000));
	process.stdout.write(`${ending.padEnd(10)}${bestMs.toFixed(0)} ms of processor time, ${perSecond} rows per second\n`);
	result[`${ending}RowsPerProcessorSecond`] = perSecond;
}
await warehouse.close();
await server.stop();
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exit(0);
