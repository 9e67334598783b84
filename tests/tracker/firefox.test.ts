import { describe, expect, it, vi } from 'vitest';
import { describeCapture } from './support/capture-suite.js';
import { describeDelivery } from './support/delivery-suite.js';
import { firefoxPath, launchFirefox } from './support/firefox.js';
import { startFixture } from './support/tracker-visit.js';

const patience = { timeout: 20_000, interval: 50 };

if (firefoxPath) {
	const path = firefoxPath;
	const start = () => startFixture(() => launchFirefox(path));
	describe('in Firefox', () => {
		describeCapture(start);
		it('counts a page once more when it comes back out of the real back-forward cache', async () => {
			const fixture = await start();
			const visit = await fixture.visit();
			// It caches no page that holds a socket or a lock when it sets out, which is before the page is told.
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
		// It cuts them as soon as it sets out, so the batch goes again as a beacon.
		describeDelivery(start, { keepsSockets: false });
	});
} else {
	it.skip('in Firefox: none is installed; firefox-esr of Debian, or FIREFOX_PATH', () => {});
}
