// Compares the tracker with others on the same pages in a real Chromium: size, main thread, bytes on the wire, and
// delivery. Events of the others are counted as they arrive, including copies; ours are counted in the raw table,
// behind the real collector. Arguments: parts to measure (cost, wire, delivery; default all), and a number of rounds, 1
// to 20, default 1. A round takes eleven minutes for the cost, three for the wire and seven for the delivery.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { launchChromium } from '@footfall/demo-shop';
import { measureCost } from './support/tracker/cost.js';
import { measureDelivery, scenarioNames } from './support/tracker/delivery.js';
import { ours, readScripts } from './support/tracker/scripts.js';
import { startSite } from './support/tracker/site.js';
import { startStations } from './support/tracker/stations.js';
import { measureWire } from './support/tracker/wire.js';

const parts = ['cost', 'wire', 'delivery'];
const options = process.argv.slice(2);
const chosen = options.filter((option) => parts.includes(option));
const rounds = Number(options.find((option) => !parts.includes(option)) ?? 1);
if (!(rounds >= 1 && rounds <= 20)) {
	process.stderr.write(`Which part, and how many rounds? pnpm bench tracker [${parts.join(' | ')}] [1 to 20]\n`);
	process.exit(2);
}
const isChosen = (part) => chosen.length === 0 || chosen.includes(part);

const brotliBytes = (code) => brotliCompressSync(code).length;
const vitals = readFileSync(new URL('../packages/tracker/dist/footfall-vitals.js', import.meta.url), 'utf8');
const mapped = (object, map) => Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value)]));
const round = (value) => Math.round(value * 10) / 10;
function show(what, byTracker) {
	const cells = Object.entries(byTracker).map(([name, value]) => `${name} ${value}`.padStart(24));
	process.stdout.write(`${what.padEnd(36)}${cells.join('')}\n`);
}

const scripts = await readScripts();
const scratch = mkdtempSync(join(tmpdir(), 'footfall-bench-'));
const stations = await startStations(scratch);
const collectors = Object.fromEntries(stations.map(({ name, gate }) => [name, gate.url]));
const site = await startSite(scripts, collectors);
const browser = await launchChromium();

const sizes = mapped(scripts, brotliBytes);
const report = { coreBrotliBytes: sizes[ours], vitalsBrotliBytes: brotliBytes(vitals), brotliBytes: sizes };
show('bytes with brotli', sizes);

if (isChosen('cost')) {
	const { bare, ...cost } = await measureCost(browser, site.url, scripts, rounds);
	const costOfEach = (key, base = 0) => mapped(cost, (one) => round(one[key] - base));
	report.evaluateMs = costOfEach('evaluateMs', bare.evaluateMs);
	report.evaluateMsAt4x = costOfEach('slowEvaluateMs', bare.slowEvaluateMs);
	report.blockingMsAt4x = costOfEach('addedBlockingMs');
	report.firstCallMs = costOfEach('firstCallMs', bare.firstCallMs);
	report.callMicros = costOfEach('trackMicros', bare.trackMicros);
	report.burstCallMicros = costOfEach('burstMicros', bare.burstMicros);
	report.burstTaskMs = costOfEach('burstTaskMs', bare.burstTaskMs);
	report.longestTaskMs = costOfEach('longestTaskMs');
	report.loopOf10000Ms = costOfEach('loopMs');
	report.trackMicros = report.callMicros[ours];
	show('parse, execute and start, ms', report.evaluateMs);
	show('the same at 4x throttle, ms', report.evaluateMsAt4x);
	show('added blocking at 4x, mean ms', report.blockingMsAt4x);
	show('first call on the page, ms', report.firstCallMs);
	show('one call in its own task, µs', report.callMicros);
	show('one call of 20 in a task, µs', report.burstCallMicros);
	show('1,000 events in bursts, ms of tasks', report.burstTaskMs);
	show('longest task meanwhile, ms', report.longestTaskMs);
	show('10,000 calls in one loop, ms', report.loopOf10000Ms);
}
if (isChosen('wire')) {
	const { shop, page } = await measureWire(browser, site.url, scripts, stations);
	report.wireBytesPerEvent = mapped(shop, round);
	report.wireBytesPerEventOnLongPage = mapped(page, round);
	show('bytes per event, visit of the shop', report.wireBytesPerEvent);
	show('bytes per event, long page', report.wireBytesPerEventOnLongPage);
}
if (isChosen('delivery')) {
	const delivery = await measureDelivery(browser, site.url, stations, rounds);
	report.delivery = mapped(delivery, (scenarios) => mapped(scenarios, ({ share }) => share));
	report.copies = mapped(delivery, (scenarios) => mapped(scenarios, ({ copies }) => copies));
	for (const scenario of scenarioNames) {
		show(
			`${scenario}: arrived (+ copies)`,
			mapped(delivery[scenario], ({ share, copies }) => `${Math.round(share * 100)} % +${copies}`),
		);
	}
}
await browser.close();
site.stop();
await Promise.all(stations.map((station) => station.stop()));
rmSync(scratch, { recursive: true, force: true });
process.stdout.write(`${JSON.stringify(report)}\n`);
process.exit(0);
