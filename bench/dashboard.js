// Measures the dashboard on a long history: first paint and first load in a new browser, and every view with each of
// its parameters, with and without a filter: the answer of the API with the processor time of ClickHouse, and the time
// from a click until the view is drawn. What is measured follows from the definitions of the views.
//
//     --events 10000000   size of the history
//     --days 365          its length
//     --ranges 30,365     lengths of the range that views show, days
//     --rounds 5          times of each measurement; the median counts
//     --views LIST        only some of the views
//     --no-page           answers alone, without a browser
//     --data DIR          folder in which the history stays, and of which it is used again
import { parseArgs } from 'node:util';
import { startDashboard } from '@footfall/dashboard';
import { viewRequests } from '@footfall/dashboard/testing';
import { launchChromium } from '@footfall/demo-shop';
import { freshness } from '@footfall/transforms';
import { answerTimes } from './support/dashboard/answer-times.js';
import { clickMs, firstLoad, openDashboard } from './support/dashboard/page-times.js';
import { startHistory } from './support/dashboard/server.js';

const { values } = parseArgs({
	args: process.argv.slice(2).filter((argument) => argument !== '--'),
	options: {
		events: { type: 'string', default: '10000000' },
		days: { type: 'string', default: '365' },
		rounds: { type: 'string', default: '5' },
		ranges: { type: 'string', default: '30,365' },
		views: { type: 'string' },
		'no-page': { type: 'boolean', default: false },
		data: { type: 'string' },
	},
});
const rounds = Number(values.rounds);
const ranges = values.ranges.split(',').map(Number);
const views = values.views?.split(',');
const requests = viewRequests().filter(({ view }) => views === undefined || views.includes(view));
/** The longest time that a view may take, from the click until it is drawn. */
const goalMs = 300;

const show = (what, value) => process.stdout.write(`${what.padEnd(64)}${value}\n`);
const milliseconds = (value) => `${value.toFixed(0).padStart(5)} ms`;
const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
const nameOf = ({ view, name }, days) => `${view}${name === '' ? '' : ` ${name}`}, ${days} days`;

const history = await startHistory({
	days: Number(values.days),
	events: Number(values.events),
	directory: values.data,
});
const { warehouse, reader, pid } = history;
const [{ events, sessions }] = await warehouse.query(
	'SELECT (SELECT count() FROM events) AS events, count() AS sessions FROM sessions',
);
show('events, sessions', `${events}, ${sessions}`);

const token = 'token-of-the-benchmark';
const logger = { warn: (...of) => console.warn(...of), error: (...of) => console.warn(...of) };
const dashboard = await startDashboard({
	port: 0,
	token,
	warehouse: reader,
	freshness: () => freshness(warehouse),
	logger,
});
const result = { events: Number(events), sessions: Number(sessions), views: {} };

for (const days of ranges)
	for (const request of requests) {
		const target = { url: dashboard.url, token, pid };
		const { wallMs, processorMs, bytes, empty, fault } = await answerTimes(target, request, { days, rounds });
		if (fault !== undefined) {
			show(`answer of ${nameOf(request, days)}`, fault);
			result.views[nameOf(request, days)] = { fault };
			continue;
		}
		if (request.isWhole && empty.length > 0)
			throw new Error(`${nameOf(request, days)}: nothing to measure, without rows of ${empty.join(', ')}`);
		show(
			`answer of ${nameOf(request, days)}`,
			`${milliseconds(wallMs)}, processor ${milliseconds(processorMs)}, ${(bytes / 1e3).toFixed(0)} kB`,
		);
		result.views[nameOf(request, days)] = { answerMs: Math.round(wallMs), processorMs: Math.round(processorMs) };
	}

if (!values['no-page']) {
	const browser = await launchChromium();
	const loads = [];
	for (let round = 0; round < rounds; round++) loads.push(await firstLoad(browser, dashboard, token));
	result.firstPaintMs = Math.round(median(loads.map(({ paintMs }) => paintMs)));
	result.firstLoadBytes = median(loads.map(({ bytes }) => bytes));
	show('first paint', milliseconds(result.firstPaintMs));
	show('first load', `${(result.firstLoadBytes / 1e3).toFixed(0)} kB, without answers of the API`);

	const page = await openDashboard(browser, dashboard, token);
	for (const days of ranges) {
		const times = requests.map(() => []);
		// The first round fills the caches of the server, as an open page does.
		for (let round = 0; round <= rounds; round++)
			for (const [at, request] of requests.entries()) {
				const ms = await clickMs(page, dashboard, request, days);
				if (round > 0) times[at].push(ms);
			}
		for (const [at, request] of requests.entries()) {
			const drawnMs = Math.round(median(times[at]));
			show(nameOf(request, days), `${milliseconds(drawnMs)}   (most ${milliseconds(Math.max(...times[at]))})`);
			result.views[nameOf(request, days)].drawnMs = drawnMs;
		}
	}
	await browser.close();
	const slow = Object.entries(result.views).filter(([, { drawnMs, fault }]) => drawnMs > goalMs || fault !== undefined);
	result.slow = slow.map(([name]) => name);
	show(`of ${Object.keys(result.views).length} above ${goalMs} ms`, result.slow.join('; ') || 'none');
}

await dashboard.stop();
await history.stop();
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exit(0);
