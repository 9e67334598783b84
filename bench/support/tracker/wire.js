// Measures the bytes that a page sends for one event, bodies and frames: over a visit of the demo shop, and on one long
// page.
import { startShop } from '@footfall/demo-shop';
import { ours } from './scripts.js';

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
/**
 * Pause between events, ms: longer than our tracker collects a batch, so that each event is sent alone, as with pauses
 * of a minute.
 */
const pauseMs = 1_300;
const paths = ['/main', '/catalog', '/catalog/product/1', '/catalog/product/2', '/cart', '/registration'];

/** The others have no attributes for events, so the page calls them for the events that ours captures. */
const listenForPeers = `
start(new URL(document.currentScript.src).origin);
track('view', location.pathname);
addEventListener('click', ({ target }) => {
	const element = target.closest('[data-ff-click]');
	if (element) track('click', element.dataset.ffClick || element.getAttribute('href'));
}, true);`;

/** A visit of ten minutes, shortened to 90 s: 20 views with two clicks each, and a pause after each event. */
async function visitShop(context, shopUrl) {
	const page = await context.newPage();
	let events = 0;
	for (let view = 0; view < 20; view++) {
		await page.goto(`${shopUrl}${paths[view % paths.length]}`);
		await wait(pauseMs);
		events++;
		for (let click = 0; click < 2; click++) {
			const isClicked = await page.evaluate((nth) => {
				const element = document.querySelectorAll('main [data-ff-click], [data-ff-click]')[nth];
				addEventListener('click', (event) => event.preventDefault(), { once: true });
				element?.click();
				return !!element;
			}, click);
			await wait(pauseMs);
			if (isClicked) events++;
		}
	}
	return events;
}

/** 300 events in 30 seconds, like a page in active use. */
async function stay(context, url) {
	const page = await context.newPage();
	await page.goto(url);
	await wait(2_000);
	for (let i = 0; i < 300; i++) {
		await page.evaluate(`track('step', 'step-${i % 10}')`);
		await wait(90);
	}
	await wait(6_000);
	return 300;
}

async function bytesPerEvent(browser, { gate }, prepare, run) {
	const context = await browser.newContext();
	await context.addInitScript(`Object.defineProperty(navigator, 'webdriver', { get: () => false })`);
	await prepare(context);
	const before = gate.payloadBytes;
	const events = await run(context);
	await wait(3_000);
	await context.close();
	await wait(2_000);
	return (gate.payloadBytes - before) / events;
}

/** @returns `{ shop: { tracker: bytes }, page: { tracker: bytes } }` */
export async function measureWire(browser, siteUrl, scripts, stations) {
	const result = { shop: {}, page: {} };
	const measureStation = async (station) => {
		const { name, gate } = station;
		const shop = await startShop({ host: '127.0.0.1', port: 0, collectorUrl: gate.url, site: 'shop' });
		const body = name === ours ? scripts[name] : `${scripts[name]}\n${listenForPeers}`;
		const embed = (context) =>
			context.route('**/footfall.js', (route) => route.fulfill({ body, contentType: 'text/javascript' }));
		result.shop[name] = await bytesPerEvent(browser, station, embed, (context) => visitShop(context, shop.url));
		await shop.stop();
		result.page[name] = await bytesPerEvent(
			browser,
			station,
			() => {},
			(context) => stay(context, `${siteUrl}/${name}/`),
		);
	};
	await Promise.all(stations.map(measureStation));
	return result;
}
