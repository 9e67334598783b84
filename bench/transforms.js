// Measures how fast the marts are built, by the processor time of the server and by the clock: a rebuild beside plain
// SQL of all marts on the same server and rows, what is new on top of it, the growth of small runs with the number of
// days that were built one by one and with the size of a day, and the time from events until readers see them.
//
//     --days 58         length of the rebuilt history, days of 50,000 events
//     --aged-days 60    days that are built one by one
//     --large 1000000   events of the large day
//     --own-days 10     length of the history with and without three models of a project folder, or with orders
//     --rounds 5        runs of each kind; the median counts
//     --before DIR      a built checkout of an earlier commit, beside whose models orders and definitions measure those
//                       of this one
//     --definitions 10  goals, and half as many funnels, that definitions adds to those of a shop
//     --seconds 20      length of each measurement from event to mart
//     --only LIST       only some of the measurements: rebuild, age, large, waits, own, orders, definitions. The
//                       ratio of large needs age
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build, compileOrThrow, compileWithOwn, defaultParameters } from '@footfall/transforms';
import { comparedMarts, differingMarts, plainSettings, plainStatements } from './support/transforms/all-marts.js';
import { startBenchServer } from './support/transforms/bench-server.js';
import { growingHistory } from './support/transforms/histories.js';
import { waitForMarts } from './support/transforms/mart-waits.js';
import { modelCosts } from './support/transforms/model-costs.js';
import { someDefinitions } from './support/transforms/some-definitions.js';

const number = (text) => ({ type: 'string', default: String(text) });
const { values } = parseArgs({
	args: process.argv.slice(2).filter((argument) => argument !== '--'),
	options: {
		days: number(58),
		'aged-days': number(60),
		large: number(1_000_000),
		'own-days': number(10),
		rounds: number(5),
		before: { type: 'string' },
		definitions: number(10),
		seconds: number(20),
		only: { type: 'string', default: 'rebuild,age,large,waits,own,orders,definitions' },
	},
});
const [days, agedDays, largeDay, ownDays, rounds, seconds] = [
	...['days', 'aged-days', 'large', 'own-days', 'rounds', 'seconds'],
].map((name) => Number(values[name]));
const eventsPerDay = 50_000;
const eventsInFiveMinutes = Math.round(eventsPerDay / 288);

const server = await startBenchServer();
const { warehouse, project, timed, peakBytesDuring, publish, empty } = server;
const result = {};

const show = (what, { wallMs, processorMs }) =>
	process.stdout.write(
		`${what.padEnd(56)}${wallMs.toFixed(0).padStart(8)} ms, processor ${processorMs.toFixed(0)} ms\n`,
	);
const say = (text) => process.stdout.write(`${text}\n`);
const ratio = (a, b) => Number((a / b).toFixed(2));
/** The better of several measurements of the same work. */
const better = (a, b) => (a === undefined || b.processorMs < a.processorMs ? b : a);

async function measureRebuild() {
	const history = growingHistory(server, eventsPerDay);
	await history.add(days * eventsPerDay);
	let rebuilt;
	let plain;
	const peakBytes = await peakBytesDuring(async () => {
		for (let round = 0; round < 2; round++)
			rebuilt = better(rebuilt, await timed(() => publish({ fullRefresh: true })));
	});
	show(`${days} days, ${history.size()} events: rebuild`, rebuilt);
	const runPlain = async () => {
		for (const statement of plainStatements(project)) await warehouse.command(statement, { settings: plainSettings });
	};
	const plainPeakBytes = await peakBytesDuring(async () => {
		for (let round = 0; round < 2; round++) plain = better(plain, await timed(runPlain));
	});
	show(`  plain SQL of ${comparedMarts(project)} marts, ${JSON.stringify(plainSettings)}`, plain);
	say(
		`  peak memory of a statement: ${Math.round(peakBytes / 1e6)} MB, of plain SQL ${Math.round(plainPeakBytes / 1e6)} MB`,
	);
	const differing = await differingMarts(warehouse, project);
	if (differing.length > 0) throw new Error(`plain SQL makes other rows of: ${differing.join(', ')}`);
	say('  plain SQL and the models have the same rows in every mart');
	result.rebuildEventsPerSecond = Math.round((history.size() * 1_000) / rebuilt.wallMs);
	result.allMartsRatio = ratio(plain.processorMs, rebuilt.processorMs);
	result.peakQueryBytes = peakBytes;
	const day = await history.runsOf(eventsPerDay, 2);
	show('  one new day', day);
	result.dayMs = Math.round(day.wallMs);
	const noop = await timed(async () => {
		for (let n = 0; n < 20; n++) await build(warehouse, project);
	});
	const each = { wallMs: noop.wallMs / 20, processorMs: noop.processorMs / 20 };
	show('  nothing new', each);
	result.noopMs = Number(each.wallMs.toFixed(1));
}

/** The growth of a small run with the number of days that were built one by one. */
async function measureAge() {
	await empty();
	const history = growingHistory(server, eventsPerDay);
	const dayOneByOne = async () => {
		await history.endDay();
		await history.add(eventsPerDay);
		await publish();
	};
	await dayOneByOne();
	const fresh = await history.runsOf(eventsInFiveMinutes, rounds);
	show(`one day: five minutes`, fresh);
	while (history.size() < agedDays * eventsPerDay) await dayOneByOne();
	const aged = await history.runsOf(eventsInFiveMinutes, rounds);
	show(`${agedDays} days one by one: five minutes`, aged);
	result.delta5minProcessorMs = Math.round(fresh.processorMs);
	result[`deltaAged${agedDays}Ratio`] = ratio(aged.processorMs, fresh.processorMs);
	return fresh;
}

/** The growth of a small run with the size of the day that it changes. */
async function measureLargeDay(fresh) {
	await empty();
	const history = growingHistory(server, largeDay);
	await history.add(largeDay - rounds * eventsInFiveMinutes);
	await publish();
	const large = await history.runsOf(eventsInFiveMinutes, rounds);
	show(`a day of ${largeDay} events: ${eventsInFiveMinutes} more`, large);
	if (fresh) result.deltaLargeDayRatio = ratio(large.processorMs, fresh.processorMs);
}

async function measureWaits() {
	for (const [name, busyLoops] of [
		['p99QuietMs', 0],
		['p99BusyMs', 2],
	]) {
		result[name] = await waitForMarts(server, { seconds, eventsPerSecond: 500, busyLoops });
		say(`from event to mart, ${busyLoops} busy loops beside it: 99 % within ${result[name]} ms`);
	}
}

/** The cost of three own models, one by visitor, one by day and a view: the same runs with and without them. */
async function measureOwn() {
	await empty();
	const folder = fileURLToPath(new URL('support/transforms/own-models', import.meta.url));
	const { project: withOwn, faults } = compileWithOwn(project, folder);
	if (faults.length > 0) throw new Error(faults.join('\n'));
	const history = growingHistory(server, eventsPerDay);
	await history.add(ownDays * eventsPerDay);
	const runs = {};
	for (const [name, models] of [
		['without', project],
		['with', withOwn],
	]) {
		let rebuilt;
		for (let round = 0; round < 2; round++)
			rebuilt = better(rebuilt, await timed(() => publish({ fullRefresh: true }, models)));
		show(`${ownDays} days, ${name} own models: rebuild`, rebuilt);
		const delta = await history.runsOf(eventsInFiveMinutes, rounds, () => publish({}, models));
		show('  five minutes', delta);
		runs[name] = { rebuilt, delta };
	}
	for (const [key, what] of [
		['ownRebuildRatio', 'rebuilt'],
		['ownDeltaRatio', 'delta'],
	])
		result[key] = ratio(runs.with[what].processorMs, runs.without[what].processorMs);
}

/** The same runs on servers that take turns, see `modelCosts`. */
async function measureInTurn(kinds, words) {
	const sizes = { days: ownDays, eventsPerDay, eventsInFiveMinutes, rounds };
	const costs = await modelCosts({ before: values.before, kinds, ...sizes });
	for (const [name, { rebuild, delta }] of costs) {
		show(`${ownDays} days, ${words[name] ?? 'earlier models'}: rebuild`, rebuild);
		show('  five minutes', delta);
	}
	return (prefix, name, base) => {
		const [a, b] = [costs.get(name), costs.get(base)];
		if (a === undefined || b === undefined) return;
		result[`${prefix}RebuildRatio`] = ratio(a.rebuild.processorMs, b.rebuild.processorMs);
		result[`${prefix}DeltaRatio`] = ratio(a.delta.processorMs, b.delta.processorMs);
	};
}

/** The cost of orders: the same runs without any, with one in every tenth session, and with earlier models. */
async function measureOrders() {
	const kinds = [{ name: 'without' }, { name: 'with', orderShare: 0.1 }];
	const compare = await measureInTurn(kinds, { without: 'without orders', with: 'with orders' });
	compare('orders', 'with', 'without');
	compare('beforeWithoutOrders', 'without', 'before');
	compare('beforeWithOrders', 'with', 'before');
}

/** The cost of goals and funnels: the same runs with those of a shop, with more of them, and with earlier models. */
async function measureDefinitions() {
	const count = Number(values.definitions);
	const more = compileOrThrow(undefined, { ...defaultParameters, definitions: someDefinitions(count) });
	const kinds = [{ name: 'shop' }, { name: 'more', project: more }];
	const words = { shop: 'goals and funnel of a shop', more: `${count} goals and ${count >> 1} funnels more` };
	const compare = await measureInTurn(kinds, words);
	compare('definitions', 'more', 'shop');
	compare('beforeShop', 'shop', 'before');
	compare('beforeDefinitions', 'more', 'before');
}

const chosen = values.only.split(',');
if (chosen.includes('rebuild')) await measureRebuild();
const fresh = chosen.includes('age') ? await measureAge() : undefined;
// On the history that was built one by one.
if (chosen.includes('waits')) await measureWaits();
if (chosen.includes('large')) await measureLargeDay(fresh);
if (chosen.includes('own')) await measureOwn();
if (chosen.includes('orders')) await measureOrders();
if (chosen.includes('definitions')) await measureDefinitions();
await server.stop();
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exit(0);
