import { launchChromium } from '@footfall/demo-shop';
import { startTestWarehouse } from '@footfall/warehouse/testing';
import { describe, expect, it } from 'vitest';
import { startTestCollector } from '../../packages/collector/src/testing/test-collector.js';

describe('the API page /docs of the admin port', () => {
	it('renders, and sends the request that a reader tries out, with requests to no address but the collector', async () => {
		const clickhouse = await startTestWarehouse();
		const collector = await startTestCollector(clickhouse.warehouse, { sites: [{ key: 'shop', origins: 'any' }] });
		const browser = await launchChromium();
		try {
			const page = await browser.newPage();
			const complaints: string[] = [];
			const addresses = new Set<string>();
			page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())));
			page.on('pageerror', (error) => void complaints.push(String(error)));
			page.on('request', (request) => void addresses.add(new URL(request.url()).origin));
			await page.goto(`${collector.adminUrl}/docs`);
			await page.getByText('/v1/events', { exact: true }).click();
			await page.getByRole('button', { name: 'Try it out' }).click();
			await page.getByRole('button', { name: 'Execute' }).click();
			// The live response counts: an example shows the same text before any request.
			await page.locator('.live-responses-table').getByText('"outcome": "stored"').first().waitFor();
			expect(complaints).toEqual([]);
			addresses.delete('null');
			expect(addresses).toEqual(new Set([collector.adminUrl, collector.publicUrl]));
			await collector.drained();
			expect(await clickhouse.warehouse.query('SELECT user_id FROM events')).toEqual([{ user_id: '42' }]);
		} finally {
			await browser.close();
			await collector.remove();
			await clickhouse.stop();
		}
	});
});
