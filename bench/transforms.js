// Measures how fast the marts are built: a rebuild beside plain SQL on the same server and rows, and new events on top
// of histories of growing length. `--days 30,58,365` are the lengths (the middle one is rebuilt beside plain SQL). Each
// is timed `--rounds 2` times; the best counts.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { build, compileOrThrow } from '@footfall/transforms';
import { connect, migrate, startEmbeddedServer } from '@footfall/warehouse';
import { copyEvents, fullBuild } from './support/plain-sql.js';

const { values } = parseArgs({
	args: process.argv.slice(2).filter((argument) => argument !== '--'),
	options: { days: { type: 'string', default: '30,58,365' }, rounds: { type: 'string', default: '2' } },
});
const lengths = values.days.split(',').map(Number);
const rounds = Number(values.rounds);
const eventsPerDay = 50_000;
const eventsInFiveMinutes = Math.round(eventsPerDay / 288);
const firstDay = '2025-01-06';

const scratch = mkdtempSync(join(tmpdir(), 'footfall-bench-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
const server = await startEmbeddedServer({ directory: join(scratch, 'clickhouse') });
const warehouse = connect({ url: server.url, ...server.writer });
const watcher = connect({ url: server.url, ...server.writer });
await migrate(warehouse);

const show = (what, value) => process.stdout.write(`${what.padEnd(52)}${value}\n`);
const milliseconds = (value) => `${value.toFixed(0)} ms`;
async function timed(work) {
	const startMs = performance.now();
	await work();
	return performance.now() - startMs;
}

/**
 * Inserts days of a shop: sessions of six events. Each visitor has two sessions within some hours, so that about one in
 * nine is also active on the next day; one in eight is a visitor of up to a month before.
 *
 * @param from first event by its number; a day has 50,000
 */
async function addEvents(from, count) {
	const step = 500_000;
	for (let first = from; first < from + count; first += step) {
		const rows = Math.min(step, from + count - first);
		await warehouse.command(`INSERT INTO events
			(site, visitor_id, event_id, ts, received_at, name, obj, obj_id, product_id, amount, url, user_id, referrer, browser, os, device, country, is_bot, title, language, timezone, viewport_width)
			SELECT 'shop', cityHash64(v) % 9007199254740991, reinterpretAsUUID(sipHash128(i)), ts, ts + INTERVAL 1 SECOND,
				if(k < 3, 'view', 'click'),
				multiIf(k < 3, 'page', k = 3, 'url', 'button'),
				multiIf(k = 0, 'main', k = 1, 'product', k = 2, ['cart', 'product', 'checkout'][1 + r % 3], k = 3, '/catalog/product/2', k = 4, 'add_to_cart', r % 3 = 0, 'checkout', 'help'),
				if(k IN (1, 4), 1 + r % 4, 0), if(k IN (1, 4), [100, 10, 200, 9][1 + r % 4], if(k = 5, 300, 0)),
				concat('https://shop.example', ['/main', '/catalog', '/catalog/product/1', '/catalog/product/2', '/catalog/product/3', '/cart', '/cart/checkout'][1 + r % 7], if(s % 5 = 0, '?utm_source=news&utm_campaign=spring', '')),
				if(v % 10 = 0, concat('user-', toString(v)), ''), if(s % 4 = 0, 'https://search.example/?q=1', ''),
				['Chrome', 'Firefox', 'Safari'][1 + v % 3], ['Linux', 'Windows', 'macOS'][1 + v % 3], ['desktop', 'mobile'][1 + v % 2], ['DE', 'FR', 'US'][1 + v % 3],
				v % 97 = 0, 'A product of the shop', 'en-GB', 'Europe/Berlin', 1280
			FROM
			(
				SELECT ${first} + number AS i, intDiv(i, 6) AS s, i % 6 AS k, cityHash64(i) AS r,
					intDiv(s, 2) - if(intDiv(s, 2) % 8 = 0, least(intDiv(s, 2), (cityHash64(intDiv(s, 2), 7) % 30) * ${Math.round(eventsPerDay / 12)}), 0) AS v,
					toDateTime64('${firstDay} 00:00:00', 3, 'UTC') + INTERVAL intDiv(i, ${eventsPerDay}) DAY
						+ INTERVAL (cityHash64(intDiv(s, 2), 1) % 86400000 + (s % 2) * 9000000 + k * 41000 + r % 20000) MILLISECOND AS ts
				FROM system.numbers LIMIT ${rows}
			)
			SETTINGS async_insert = 0, max_insert_block_size = 1000000`);
	}
}

/** Peak memory of a single statement while `work` runs, bytes. */
async function peakBytesDuring(work) {
	let peak = 0;
	let isDone = false;
	const watching = (async () => {
		while (!isDone) {
			const [row] = await watcher.query(
				`SELECT toString(max(peak_memory_usage)) AS bytes FROM system.processes WHERE current_database = 'footfall' AND query NOT LIKE '%system.processes%'
					AND query NOT LIKE 'INSERT INTO events%'`,
			);
			peak = Math.max(peak, Number(row?.bytes ?? 0));
			await wait(50);
		}
	})();
	await work().finally(() => {
		isDone = true;
	});
	await watching;
	return peak;
}

const project = compileOrThrow();

async function published(options) {
	const report = await build(warehouse, project, options);
	if (report.outcome !== 'published') throw new Error(`the run was ${report.outcome}: ${JSON.stringify(report.tests)}`);
	return report;
}

/** The best of several rounds that each add events and update the marts. */
async function timedOnTop(next, count) {
	let best = Number.POSITIVE_INFINITY;
	for (let round = 0; round < rounds; round++) {
		await addEvents(next.event, count);
		next.event += count;
		best = Math.min(best, await timed(published));
	}
	return best;
}

const result = {};
let peakQueryBytes = 0;
for (const [i, days] of lengths.entries()) {
	await warehouse.command('TRUNCATE TABLE events');
	await addEvents(0, days * eventsPerDay);
	const next = { event: days * eventsPerDay };
	const isMiddle = i === lengths.length >> 1;
	let rebuildMs = Number.POSITIVE_INFINITY;
	for (let round = 0; round < (isMiddle ? rounds : 1); round++)
		peakQueryBytes = Math.max(
			peakQueryBytes,
			await peakBytesDuring(async () => {
				rebuildMs = Math.min(rebuildMs, await timed(() => published({ fullRefresh: true })));
			}),
		);
	show(`${days} days, ${days * eventsPerDay} events: rebuild`, milliseconds(rebuildMs));
	if (isMiddle) {
		for (const statement of copyEvents) await warehouse.command(statement);
		let plainMs = Number.POSITIVE_INFINITY;
		for (let round = 0; round < rounds; round++) {
			const ms = await timed(async () => {
				for (const statement of fullBuild) await warehouse.command(statement);
			});
			plainMs = Math.min(plainMs, ms);
		}
		show('  plain SQL on the same rows', milliseconds(plainMs));
		result.rebuildRatio = Number((plainMs / rebuildMs).toFixed(2));
		result.rebuildEventsPerSecond = Math.round((days * eventsPerDay) / (rebuildMs / 1_000));
	}
	const dayMs = await timedOnTop(next, eventsPerDay);
	show('  one new day', milliseconds(dayMs));
	result[`dayOn${days}Ms`] = Math.round(dayMs);
	if (!isMiddle) continue;
	const deltaMs = await timedOnTop(next, eventsInFiveMinutes);
	show('  five minutes', milliseconds(deltaMs));
	let noopMs = Number.POSITIVE_INFINITY;
	for (let n = 0; n < 20; n++) noopMs = Math.min(noopMs, await timed(() => build(warehouse, project)));
	show('  nothing new', milliseconds(noopMs));
	result.noopMs = Number(noopMs.toFixed(1));
	result.delta5minMs = Math.round(deltaMs);
}
result.peakQueryBytes = peakQueryBytes;
await warehouse.close();
await watcher.close();
await server.stop();
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exit(0);
