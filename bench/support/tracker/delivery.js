// Measures the delivery of 20 events in several scenarios: the share that arrives, and the number of surplus copies.
const count = 20;
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function close(page) {
	const closed = page.waitForEvent('close');
	await page.close({ runBeforeUnload: true });
	await closed;
}

async function crash(context, page) {
	const session = await context.newCDPSession(page);
	const crashed = page.waitForEvent('crash');
	session.send('Page.crash').catch(() => {});
	await crashed;
}

/** The scenarios. Each gets a loaded page, `track(n)` for the events up to the nth, and the gate of the tracker. */
const scenarios = {
	/** The tab is closed right after. */
	async close({ page, track }) {
		await track(count);
		await close(page);
	},
	/** The browser navigates to a page without the tracker right after. */
	async navigate({ page, track, siteUrl }) {
		await track(count);
		await page.goto(`${siteUrl}/bare`);
	},
	/** Every request is answered 503 for 20 seconds. */
	async unavailable({ track, gate }) {
		gate.set('unavailable');
		await track(count);
		await wait(20_000);
		gate.set('open');
	},
	/** The browser is offline for 60 seconds. */
	async offline({ context, track, gate }) {
		await context.setOffline(true);
		gate.set('reset');
		await track(count);
		await wait(60_000);
		gate.set('open');
		await context.setOffline(false);
	},
	/** The tab is killed while no request passes, and the site is visited again. */
	async killed({ page, context, track, gate, open }) {
		gate.set('reset');
		await track(count);
		await crash(context, page);
		gate.set('open');
		await open();
	},
	/** The collector is restarted while events continue. */
	async restarted({ track, restart }) {
		await track(count / 2);
		const restarting = restart();
		await track(count);
		await restarting;
	},
};

export const scenarioNames = Object.keys(scenarios);

/** @returns the events that arrived, and the time from the scenario's end until the last one arrived */
async function runOne(browser, siteUrl, station, scenario, run) {
	const context = await browser.newContext();
	// Some trackers drop events of automated browsers.
	await context.addInitScript(`Object.defineProperty(navigator, 'webdriver', { get: () => false })`);
	const open = async () => {
		const page = await context.newPage();
		await page.goto(`${siteUrl}/${station.name}/`);
		await wait(2_500);
		return page;
	};
	const page = await open();
	const name = `${scenario}-${run}-`;
	let tracked = 0;
	const track = (upTo) => {
		const from = tracked;
		tracked = upTo;
		return page.evaluate(`for (let i = ${from}; i < ${upTo}; i++) track('t', '${name}' + i)`);
	};
	const { gate, restart } = station;
	await scenarios[scenario]({ page, context, track, gate, restart, open, siteUrl });
	const endMs = Date.now() + 60_000;
	const arrivedOfThisPage = async () => (await station.arrived()).filter((id) => id.startsWith(name));
	let arrived = await arrivedOfThisPage();
	while (new Set(arrived).size < count && Date.now() < endMs) {
		await wait(500);
		arrived = await arrivedOfThisPage();
	}
	// Copies may arrive later.
	await wait(5_000);
	arrived = await arrivedOfThisPage();
	await context.close();
	return { distinct: new Set(arrived).size, copies: arrived.length - new Set(arrived).size };
}

/** @returns `{ scenario: { tracker: { share, copies } } }`, over all rounds */
export async function measureDelivery(browser, siteUrl, stations, runs) {
	const result = {};
	for (const scenario of scenarioNames) {
		result[scenario] = {};
		const measureStation = async (station) => {
			let distinct = 0;
			let copies = 0;
			for (let run = 0; run < runs; run++) {
				const one = await runOne(browser, siteUrl, station, scenario, run);
				distinct += one.distinct;
				copies += one.copies;
			}
			result[scenario][station.name] = { share: distinct / (count * runs), copies };
		};
		await Promise.all(stations.map(measureStation));
	}
	return result;
}
