import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Draws } from '@footfall/random';
import { ClickHouseUnderTest } from './clickhouse-under-test.js';
import { CollectorUnderTest, writeKey } from './collector-under-test.js';
import { Crowd } from './crowd.js';
import { drawFaultPlan, type FaultCounts, type FaultPlan, type Kill } from './fault-plan.js';
import { FaultyProxy } from './faulty-proxy.js';
import { Ledger } from './ledger.js';
import { storedId } from './orders/draw-order.js';
import { MoneyLedger } from './orders/money-ledger.js';
import { OrderCrowd } from './orders/order-crowd.js';
import { OrderImports } from './orders/order-imports.js';
import { verifyMoney } from './orders/verify-money.js';
import { PageTraffic } from './page-traffic.js';
import { streams } from './streams.js';
import type { Verdict } from './verdict.js';
import { verifyMarts } from './verify-marts.js';
import { verifyRaw } from './verify-raw.js';

/** Parameters of a run. */
export interface Scenario extends FaultCounts {
	/** All random numbers follow from it; the timing between processes does not. */
	seed: number;
	eventsPerSecond: number;
	/** Orders per second, each of which is told in several ways, beside the other events. */
	ordersPerSecond: number;
	/**
	 * Whether ClickHouse merges parts of the raw table during the run. Without merges every row ever inserted can be
	 * counted.
	 */
	merges: boolean;
	/** Seconds within which everything must be acknowledged and delivered after the last fault. */
	drainSecondsMax: number;
	/** Called with a line of progress. */
	say: (line: string) => void;
	/** Ends the run early. */
	signal?: AbortSignal;
}

/** The running parts. */
interface Parts {
	clickhouse: ClickHouseUnderTest;
	proxy: FaultyProxy;
	collectors: CollectorUnderTest[];
	crowd: Crowd;
	orders: OrderCrowd;
	imports: OrderImports;
	ledger: Ledger;
	money: MoneyLedger;
}

/**
 * Kills, cuts and delays as the seed determines while a crowd of pages sends, and orders and refunds are told by pages,
 * servers, repeated webhooks and imports. Then ends all faults, lets the WALs
 * drain, and compares the acknowledged events with the raw table and the marts.
 */
export async function runScenario(scenario: Scenario): Promise<Verdict> {
	const startedAtMs = performance.now();
	const plan = drawFaultPlan(scenario.seed, scenario);
	const directory = mkdtempSync(join(tmpdir(), 'footfall-failure-'));
	const cleanUps: (() => unknown)[] = [() => rmSync(directory, { recursive: true, force: true })];
	try {
		const parts = await startParts(scenario, directory, cleanUps);
		const sendingSinceMs = performance.now();
		await runPlan(scenario, plan, parts);
		parts.crowd.stopProducing();
		parts.orders.stopProducing();
		const sendingSeconds = (performance.now() - sendingSinceMs) / 1000;
		await settle(scenario, parts);
		scenario.say('everything is delivered; comparing');
		return await judge(scenario, parts, { sendingSeconds, startedAtMs });
	} finally {
		for (const cleanUp of cleanUps.reverse()) await cleanUp();
	}
}

async function startParts(scenario: Scenario, directory: string, cleanUps: (() => unknown)[]): Promise<Parts> {
	const { seed, collectors: count, eventsPerSecond, merges } = scenario;
	const clickhouse = await ClickHouseUnderTest.start(join(directory, 'clickhouse'));
	cleanUps.push(() => clickhouse.stop());
	if (!merges) await clickhouse.stopMerging();
	const proxy = await FaultyProxy.start(new Draws(seed, streams.connections), clickhouse.port);
	cleanUps.push(() => proxy.stop());
	const address = clickhouse.addressBehind(proxy.url);
	const collectors = Array.from(
		{ length: count },
		(_, i) => new CollectorUnderTest(address, join(directory, `log-${i}`)),
	);
	cleanUps.push(() => Promise.all(collectors.map((collector) => collector.abandon())));
	await Promise.all(collectors.map((collector) => collector.start()));
	const ledger = new Ledger();
	const crowd = new Crowd({
		traffic: new PageTraffic(new Draws(seed, streams.pages)),
		ledger,
		random: new Draws(seed, streams.crowd),
		collectorUrls: () => collectors.map(({ publicUrl }) => publicUrl),
		eventsPerSecond,
	});
	cleanUps.push(() => crowd.close());
	const senders = startOrders(scenario, directory, { clickhouse, collectors, crowd, ledger }, cleanUps);
	return { clickhouse, proxy, collectors, crowd, ledger, ...senders };
}

/** Starts the senders of orders and refunds. */
function startOrders(
	{ seed, ordersPerSecond }: Scenario,
	directory: string,
	{ clickhouse, collectors, crowd, ledger }: Pick<Parts, 'clickhouse' | 'collectors' | 'crowd' | 'ledger'>,
	cleanUps: (() => unknown)[],
): Pick<Parts, 'orders' | 'imports' | 'money'> {
	const imports = new OrderImports(clickhouse.warehouse, directory, (event) => {
		const { visitor, id } = storedId({ door: 'import', event });
		ledger.addId(visitor, id);
	});
	cleanUps.push(() => imports.close());
	const money = new MoneyLedger();
	const orders = new OrderCrowd({
		random: new Draws(seed, streams.orders),
		...{ ledger, money, imports, key: writeKey, ordersPerSecond },
		sendAsPage: (batch) => crowd.send(batch),
		collectorUrls: () => collectors.map(({ publicUrl }) => publicUrl),
	});
	cleanUps.push(() => orders.close());
	return { orders, imports, money };
}

async function runPlan(scenario: Scenario, plan: FaultPlan, { clickhouse, collectors, ledger }: Parts): Promise<void> {
	const { say, signal } = scenario;
	const report = (what: string) => say(`${what}; ${ledger.events} events acknowledged`);
	// Each process has its own sequence of kills, so several may be down at once.
	const timeline = async (name: string, kills: readonly Kill[], target: Killable) => {
		for (const [i, { afterMs, downMs }] of kills.entries()) {
			await wait(afterMs, undefined, { signal });
			report(`${name}: kill ${i + 1} of ${kills.length}, down for ${downMs} ms`);
			await target.kill();
			await wait(downMs, undefined, { signal });
			await target.start();
		}
	};
	const clickhouseTarget = { kill: () => clickhouse.kill(), start: () => clickhouse.startAgain() };
	await Promise.all([
		timeline('ClickHouse', plan.clickhouse, clickhouseTarget),
		...collectors.map((collector, i) => timeline(`collector ${i}`, plan.collectors[i] ?? [], collector)),
	]);
}

interface Killable {
	kill(): Promise<void>;
	start(): Promise<void>;
}

/**
 * After the last fault: pages get their acknowledgements, and WALs drain, also those of collectors that stopped
 * normally.
 */
async function settle(
	{ drainSecondsMax, say, signal }: Scenario,
	{ proxy, collectors, crowd, orders }: Parts,
): Promise<void> {
	proxy.heal();
	const timeUp = AbortSignal.timeout(drainSecondsMax * 1_000);
	const either = signal === undefined ? timeUp : AbortSignal.any([signal, timeUp]);
	const unacked = () => crowd.unacked + orders.unacked;
	for (let reported = -1; unacked() > 0; await wait(50, undefined, { signal: either })) {
		if (unacked() !== reported) say(`no more faults; ${unacked()} batches and reports wait for an acknowledgement`);
		reported = unacked();
	}
	const drainAll = () => within(either, Promise.all(collectors.map((collector) => collector.drain())));
	await drainAll();
	for (const collector of collectors) {
		await collector.stop();
		await collector.start();
	}
	await drainAll();
	for (const collector of collectors) await collector.stop();
}

async function within(signal: AbortSignal, drained: Promise<unknown>): Promise<void> {
	const late = new Promise<never>((_, reject) => {
		signal.addEventListener('abort', () => reject(new Error('the logs did not drain in time')), { once: true });
	});
	late.catch(() => undefined);
	await Promise.race([drained, late]);
}

async function judge(
	{ seed }: Scenario,
	{ clickhouse, proxy, collectors, crowd, orders, imports, ledger, money }: Parts,
	{ sendingSeconds, startedAtMs }: { sendingSeconds: number; startedAtMs: number },
): Promise<Verdict> {
	const sum = (read: (collector: CollectorUnderTest) => number) => collectors.reduce((n, each) => n + read(each), 0);
	const raw = await verifyRaw(clickhouse.warehouse, ledger);
	const marts = await verifyMarts(clickhouse.warehouse);
	return {
		seed,
		acked: ledger.events,
		...raw,
		marts,
		money: await verifyMoney(clickhouse.warehouse, money),
		orders: money.orders,
		refused: crowd.refused + orders.refused + imports.rejected,
		quarantined: sum(({ losses }) => losses.quarantined),
		damagedEvents: sum(({ losses }) => losses.damagedEvents),
		damagedRecords: sum(({ losses }) => losses.damagedRecords),
		segmentsLeft: sum(({ segmentsLeft }) => segmentsLeft.length),
		collectorKills: sum(({ kills }) => kills),
		clickhouseKills: clickhouse.kills,
		clickhouseCrashes: clickhouse.crashes,
		eventsPerSecond: Math.round(ledger.events / sendingSeconds),
		sentAgain: crowd.sentAgain + orders.sentAgain,
		segmentsInsertedTwice: proxy.segmentsInsertedTwice,
		connectionFaults: Object.fromEntries(proxy.faults),
		seconds: Math.round((performance.now() - startedAtMs) / 1000),
	};
}
