import { site } from './server.js';

/**
 * A browser with the dashboard in it.
 *
 * @param {{ url: string }} dashboard
 * @param {string} token
 */
export async function openDashboard(browser, { url }, token) {
	const context = await browser.newContext({ viewport: { width: 1360, height: 900 } });
	const page = await context.newPage();
	await page.goto(`${url}/#token=${token}`);
	await page.waitForSelector('main[data-shown]');
	return page;
}

/**
 * First paint of a browser that is logged in and has nothing in its cache, and the bytes of the page, without the
 * answers of the API.
 */
export async function firstLoad(browser, dashboard, token) {
	const page = await openDashboard(browser, dashboard, token);
	await page.goto('about:blank');
	const context = await browser.newContext({ viewport: { width: 1360, height: 900 } });
	await context.addCookies(await page.context().cookies());
	await page.context().close();
	const fresh = await context.newPage();
	await fresh.goto(`${dashboard.url}/`);
	await fresh.waitForSelector('main[data-shown]');
	const load = await fresh.evaluate(() => ({
		paintMs: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
		bytes: [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
			.filter(({ name }) => !new URL(name).pathname.startsWith('/api/'))
			.reduce((sum, { transferSize }) => sum + transferSize, 0),
	}));
	await context.close();
	return load;
}

/** Milliseconds from a click on a view in the navigation until it is drawn. @param {number} days length of the range */
export async function clickMs(page, { url }, { view, parameters }, days) {
	// Another view first, or there is nothing to click.
	const from = view === 'activity' ? 'retention' : 'activity';
	const query = new URLSearchParams({ view: from, site, days: String(days), ...parameters });
	await page.goto(`${url}/?${query}`);
	await page.waitForSelector(`main[data-shown=${from}]:not([aria-busy])`);
	return page.evaluate(timeView, view);
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
