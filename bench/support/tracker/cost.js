// Measures the cost of a tracker on the main thread: to parse and run it, to call it, and its work afterwards.
import { ours } from './scripts.js';

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** The times of page loads differ by more than the cost of some trackers, so many are averaged. */
const loads = 7;
/**
 * Blocking is mostly 0 and sometimes 80 ms, so only the mean of many loads is meaningful; that of ours must resolve
 * 5 ms.
 */
const turns = 15;
const turnsOfOurs = 60;

async function medianOfLoads(measure) {
	const times = [];
	for (let load = 0; load < loads; load++) times.push(await measure());
	return median(times);
}

async function freshPage(browser, url, slowdown = 1) {
	const context = await browser.newContext();
	await context.addInitScript(`Object.defineProperty(navigator, 'webdriver', { get: () => false });
		window.longTasks = [];
		new PerformanceObserver((list) => longTasks.push(...list.getEntries().map(({ duration }) => duration)))
			.observe({ type: 'longtask', buffered: true });`);
	const page = await context.newPage();
	const session = await context.newCDPSession(page);
	if (slowdown > 1) await session.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
	await page.goto(url);
	return { page, session, close: () => context.close() };
}

/**
 * Time to parse, execute and start a tracker in a loaded page, ms: ours is started by its attributes, the others by
 * `start`.
 */
async function evaluateMs(browser, siteUrl, name, code, slowdown) {
	const { page, close } = await freshPage(browser, `${siteUrl}/bare`, slowdown);
	const text = name === ours || code === '' ? code : `${code}\nstart(location.origin);`;
	const ms = await page.evaluate((text) => {
		const faults = [];
		addEventListener('error', ({ message }) => faults.push(message));
		const script = Object.assign(document.createElement('script'), { textContent: text });
		Object.assign(script.dataset, { site: 'shop', collector: location.origin, capture: '' });
		const startMs = performance.now();
		document.head.append(script);
		const tookMs = performance.now() - startMs;
		if (faults.length > 0) throw new Error(faults.join(', '));
		return tookMs;
	}, text);
	await close();
	return ms;
}

/** Total blocking time of a page load with one event: the time of tasks beyond 50 ms each, ms. */
async function blockingMs(browser, url, slowdown) {
	const { page, close } = await freshPage(browser, url, slowdown);
	await wait(1_000);
	const tasks = await page.evaluate('longTasks');
	await close();
	return tasks.reduce((sum, ms) => sum + ms - 50, 0);
}

async function taskMs(session) {
	const { metrics } = await session.send('Performance.getMetrics');
	return metrics.find(({ name }) => name === 'TaskDuration').value * 1_000;
}

/**
 * Time of the first call on a page, with the work at the task's end, ms: it reads the page and initialises parts of
 * the browser.
 */
const timeFirstCall = async () => {
	const startMs = performance.now();
	window.track?.('first', 'first');
	await undefined;
	return performance.now() - startMs;
};

/** Median time of 1,000 single calls, each in its own task, with the work at the task's end, µs. */
const timeCalls = async () => {
	const { port1, port2 } = new MessageChannel();
	const nextTask = () =>
		new Promise((resolve) => {
			port1.onmessage = resolve;
			port2.postMessage(0);
		});
	const times = [];
	for (let i = 0; i < 1_000; i++) {
		const startMs = performance.now();
		window.track?.('timed', `timed-${i}`);
		await undefined;
		times.push((performance.now() - startMs) * 1_000);
		await nextTask();
	}
	return times.sort((a, b) => a - b)[500];
};

/** Calls 1,000 times, 20 times every 50 ms. @returns the median time of one call in a burst, µs */
const callInBursts = async () => {
	const times = [];
	for (let burst = 0; burst < 50; burst++) {
		const startMs = performance.now();
		for (let i = 0; i < 20; i++) window.track?.('burst', `burst-${burst}-${i}`);
		await undefined;
		times.push(((performance.now() - startMs) * 1_000) / 20);
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
	// Sending events and reading answers costs the page time, too.
	await new Promise((resolve) => setTimeout(resolve, 6_000));
	return times.sort((a, b) => a - b)[25];
};

async function runtime(browser, url) {
	const { page, session, close } = await freshPage(browser, url);
	await session.send('Performance.enable');
	await wait(2_500);
	const firstCallMs = await page.evaluate(timeFirstCall);
	const trackMicros = await page.evaluate(timeCalls);
	await wait(2_500);
	await page.evaluate('void (longTasks = [])');
	const beforeMs = await taskMs(session);
	const burstMicros = await page.evaluate(callInBursts);
	const burstTaskMs = (await taskMs(session)) - beforeMs;
	const longestTaskMs = await page.evaluate('Math.max(0, ...longTasks)');
	// Some trackers fail here.
	const loopMs = await page
		.evaluate(() => {
			const startMs = performance.now();
			for (let i = 0; i < 10_000; i++) window.track?.('loop', `loop-${i}`);
			return performance.now() - startMs;
		})
		.catch(() => Number.NaN);
	await wait(5_000);
	await close();
	return { firstCallMs, trackMicros, burstMicros, burstTaskMs, longestTaskMs, loopMs };
}

/**
 * Blocking time that a tracker adds to the bare page, ms: means over many loads of the pages in rotation, because the
 * speed of the machine varies by more than the cost of some trackers.
 */
async function addedBlocking(browser, siteUrl, names) {
	const times = Object.fromEntries(names.map((name) => [name, []]));
	for (let turn = 0; turn < turnsOfOurs; turn++) {
		const inTurn = turn < turns ? names : ['bare', ours];
		for (const name of turn % 2 ? inTurn.toReversed() : inTurn) {
			times[name].push(await blockingMs(browser, `${siteUrl}/${name}/event`, 4));
		}
	}
	// The bare page of the same rounds.
	const added = (list) => mean(list) - mean(times.bare.slice(0, list.length));
	return Object.fromEntries(names.map((name) => [name, added(times[name])]));
}

/** Medians of `rounds` for every tracker, one after another; `bare` is the page without a tracker. */
export async function measureCost(browser, siteUrl, scripts, rounds) {
	const names = ['bare', ...Object.keys(scripts)];
	const samples = Object.fromEntries(names.map((name) => [name, []]));
	for (let round = 0; round < rounds; round++) {
		const blocking = await addedBlocking(browser, siteUrl, names);
		for (const name of names) {
			const code = scripts[name] ?? '';
			const url = `${siteUrl}/${name}/`;
			process.stderr.write(`${name}, round ${round + 1} of ${rounds}\n`);
			samples[name].push({
				evaluateMs: await medianOfLoads(() => evaluateMs(browser, siteUrl, name, code, 1)),
				slowEvaluateMs: await medianOfLoads(() => evaluateMs(browser, siteUrl, name, code, 4)),
				addedBlockingMs: blocking[name],
				...(await runtime(browser, url)),
			});
		}
	}
	const medians = (list) =>
		Object.fromEntries(Object.keys(list[0]).map((key) => [key, median(list.map((sample) => sample[key]))]));
	return Object.fromEntries(names.map((name) => [name, medians(samples[name])]));
}
