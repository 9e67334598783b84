import { describe, expect, it, vi } from 'vitest';
import { describeApplications } from './support/applications-suite.js';
import { describeCapture } from './support/capture-suite.js';
import { describeDataLayer } from './support/data-layer-suite.js';
import { describeDelivery } from './support/delivery-suite.js';
import { firefoxPath, launchFirefox } from './support/firefox.js';
import { describePages } from './support/pages-suite.js';
import { startFixture } from './support/tracker-visit.js';

const patience = { timeout: 20_000, interval: 50 };

if (firefoxPath) {
	const path = firefoxPath;
	const start = () => startFixture(() => launchFirefox(path));
	describe('in Firefox', () => {
		describeCapture(start);
		describe('with libraries of others', () => describeApplications(start));
		describePages(start);
		describeDataLayer(start);
		it('captures a view again when a page returns from the real back-forward cache', async () => {
			const fixture = await start();
			const visit = await fixture.visit();
			// Firefox caches no page that has a WebSocket or a lock when the navigation starts, which is before
			// `pagehide`: https://github.com/whatwg/html/issues/12085 and https://github.com/w3c/web-locks/issues/81
			await visit.context.addInitScript('delete Navigator.prototype.locks; window.WebSocket = undefined');
			const page = await visit.open('/');
			await page.evaluate('window.isTheSame = true');
			await page.evaluate('footfall.flush()');
			await page.goto(`${visit.siteUrl}/next?bare`);
			await page.evaluate('setTimeout(() => history.back())');
			await vi.waitFor(() => expect(visit.collector.events).toEqual(['view product', 'view product']), patience);
			expect(await page.evaluate('window.isTheSame')).toBe(true);
			await visit.end();
			await fixture.close();
		});
		// Firefox closes WebSockets when the navigation starts, so the batch is sent again as a beacon.
		describeDelivery(start, { keepsSockets: false });
	});
} else {
	it.skip('in Firefox: not installed; install firefox-esr, or set FIREFOX_PATH', () => {});
}
