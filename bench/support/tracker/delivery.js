// What arrives of 20 events after what happens to pages and collectors: share of them, and copies too many.
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

/** Each gets a page that has loaded, `track(n)` for the events up to the nth, and its tracker's gate. */
const scenarios = {
	/** The tab is closed right after. */
	async close({ page, track }) {
		await track(count);
		await close(page);
	},
	/** Another page, without the tracker, takes its place right after. */
	async navigate({ page, track, siteUrl }) {
		await track(count);
		await page.goto(`${siteUrl}/bare`);
	},
	/** Everything is answered 503 for 20 seconds. */
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
	/** The tab is killed while nothing gets through, and the site is visited again. */
	async killed({ page, context, track, gate, open }) {
		gate.set('reset');
		await track(count);
		await crash(context, page);
		gate.set('open');
		await open();
	},
	/** The collector is restarted, and events go on. */
	async restarted({ track, restart }) {
		await track(count / 2);
		const restarting = restart();
		await track(count);
		await restarting;
	},
};

export const scenarioNames = Object.keys(scenarios);

/** @returns what arrived, and how long after the scenario's end all was there */
async function runOne(browser, siteUrl, station, scenario, run) {
	const context = await browser.newContext();
	// Some drop the events of browsers that are driven.
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
	const ofThis = async () => (await station.arrived()).filter((id) => id.startsWith(name));
	let arrived = await ofThis();
	while (new Set(arrived).size < count && Date.now() < endMs) {
		await wait(500);
		arrived = await ofThis();
	}
	// Copies come later.
	await wait(5_000);
	arrived = await ofThis();
	await context.close();
	return { distinct: new Set(arrived).size, copies: arrived.length - new Set(arrived).size };
}

/** @returns `{ scenario: { tracker: { share, copies } } }`, of so many runs together */
export async function measureDelivery(browser, siteUrl, stations, runs) {
	const result = {};
	for (const scenario of scenarioNames) {
		result[scenario] = {};
		const ofStation = async (station) => {
			let distinct = 0;
			let copies = 0;
			for (let run = 0; run < runs; run++) {
				const one = await runOne(browser, siteUrl, station, scenario, run);
				distinct += one.distinct;
				copies += one.copies;
			}
			result[scenario][station.name] = { share: distinct / (count * runs), copies };
		};
		await Promise.all(stations.map(ofStation));
	}
	return result;
}
