// Measures the dashboard on a long history: first paint in a new browser, and every view from a click until it is
// drawn, for several lengths of the range. `--events 10000000` over `--days 365`; each is timed `--rounds 5` times, and
// the median counts.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startDashboard } from '@footfall/dashboard';
import { viewNames as views } from '@footfall/dashboard/contract';
import { fillHistory } from '@footfall/dashboard/testing';
import { launchChromium } from '@footfall/demo-shop';
import { build, compileOrThrow, freshness } from '@footfall/transforms';
import { connect, migrate, startEmbeddedServer } from '@footfall/warehouse';

const { values } = parseArgs({
	args: process.argv.slice(2).filter((argument) => argument !== '--'),
	options: {
		events: { type: 'string', default: '10000000' },
		days: { type: 'string', default: '365' },
		rounds: { type: 'string', default: '5' },
		ranges: { type: 'string', default: '28,365' },
	},
});
const days = Number(values.days);
const rounds = Number(values.rounds);
const ranges = values.ranges.split(',').map(Number);
/** Average number of events that the history has for one visitor. */
const eventsPerVisitor = 10.6;

const scratch = mkdtempSync(join(tmpdir(), 'footfall-bench-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
const show = (what, value) => process.stdout.write(`${what.padEnd(44)}${value}\n`);
const milliseconds = (value) => `${value.toFixed(0)} ms`;
const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];

const server = await startEmbeddedServer({ directory: join(scratch, 'clickhouse') });
const warehouse = connect({ url: server.url, ...server.writer });
await migrate(warehouse);
await fillHistory(warehouse, { days, visitors: Math.round(Number(values.events) / eventsPerVisitor) });
const { outcome } = await build(warehouse, compileOrThrow());
if (outcome !== 'published') throw new Error(`the marts are ${outcome}`);
const [{ events, sessions }] = await warehouse.query(
	'SELECT (SELECT count() FROM events) AS events, count() AS sessions FROM sessions',
);
show('events, sessions', `${events}, ${sessions}`);

const reader = connect({ url: server.url, ...server.reader });
const token = 'token-of-the-benchmark';
const logger = { warn: (...of) => console.warn(...of), error: (...of) => console.warn(...of) };
const dashboard = await startDashboard({
	port: 0,
	token,
	warehouse: reader,
	freshness: () => freshness(warehouse),
	logger,
});
const browser = await launchChromium();
const result = { events: Number(events), sessions: Number(sessions) };

/** Opens a browser that is logged in and has nothing in its cache. */
async function freshPage() {
	const context = await browser.newContext({ viewport: { width: 1360, height: 900 } });
	const page = await context.newPage();
	await page.goto(`${dashboard.url}/#token=${token}`);
	await page.waitForSelector('main[data-shown]');
	return page;
}

const paints = [];
for (let round = 0; round < rounds; round++) {
	const page = await freshPage();
	await page.goto('about:blank');
	await page.goto(`${dashboard.url}/`);
	await page.waitForSelector('main[data-shown]');
	paints.push(
		await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN),
	);
	await page.context().close();
}
result.firstPaintMs = Math.round(median(paints));
show('first paint', milliseconds(median(paints)));

const page = await freshPage();
for (const range of ranges) {
	const times = Object.fromEntries(views.map((view) => [view, []]));
	for (let round = 0; round <= rounds; round++) {
		for (const view of views) {
			// Another view first, or there is nothing to click.
			const from = view === 'activity' ? 'retention' : 'activity';
			await page.goto(`${dashboard.url}/?view=${from}&site=shop&days=${range}`);
			await page.waitForSelector(`main[data-shown=${from}]:not([aria-busy])`);
			const ms = await page.evaluate(timeView, view);
			// The first round fills the caches of the server, as an open page does.
			if (round > 0) times[view].push(ms);
		}
	}
	for (const view of views) {
		result[`${view}On${range}DaysMs`] = Math.round(median(times[view]));
		show(
			`${view}, ${range} days`,
			`${milliseconds(median(times[view]))}   (most ${milliseconds(Math.max(...times[view]))})`,
		);
	}
}

/** In the page: from the click to the frame after the view's charts are drawn. */
function timeView(view) {
	return new Promise((resolve) => {
		const main = document.querySelector('main');
		const start = performance.now();
		const look = () => {
			// Charts are drawn by a ResizeObserver, which runs after the callbacks of its frame.
			if (main.dataset.shown === view && !main.hasAttribute('aria-busy'))
				requestAnimationFrame(() => resolve(performance.now() - start));
			else requestAnimationFrame(look);
		};
		document.querySelector(`nav [data-view=${view}]`).click();
		requestAnimationFrame(look);
	});
}

await browser.close();
await dashboard.stop();
await Promise.all([warehouse.close(), reader.close()]);
await server.stop();
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exit(0);
