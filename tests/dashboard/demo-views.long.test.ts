import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { viewNames } from '@footfall/dashboard/contract';
import { launchChromium } from '@footfall/demo-shop';
import { afterAll, describe, expect, it } from 'vitest';
import { expectCompleteTally } from '../support/demo-tally.js';
import { connectToData } from '../support/embedded-client.js';
import { eventually, FootfallProcess, locksOf, processesOf } from '../support/footfall-process.js';

const data = mkdtempSync(join(tmpdir(), 'footfall-dashboard-demo-'));
afterAll(() => rmSync(data, { recursive: true, force: true }));

/** Number of orders of which a page and the shop's server have told, and of those that reports differ about. */
async function ordersOfBoth(): Promise<{ both: number; differing: number }> {
	const warehouse = connectToData(data);
	const [row] = await warehouse
		.query<{ both: string; differing: string }>(
			`SELECT countIf(page_reports > 0 AND server_reports > 0) AS both, countIf(differences > 0) AS differing FROM orders`,
		)
		.finally(() => warehouse.close());
	return { both: Number(row?.both), differing: Number(row?.differing) };
}

describe('footfall demo', () => {
	it('prints the address of a dashboard where every view gets data from the shoppers, and the live view changes', async () => {
		const ports = ['--port', '0', '--admin-port', '0', '--dashboard-port', '0', '--shop-port', '0'];
		// Without the year of history, so that all data comes from these shoppers, who order once in some 140 batches. A
		// browser or a run more each second costs more processor time than the rest of the demo.
		const few = ['--history', 'none', '--shoppers', '10', '--rps', '50', '--browsers', '1', '--transform-seconds', '3'];
		const demo = new FootfallProcess(['demo', '--data', data, ...few, ...ports]);
		try {
			const [address, browser] = await Promise.all([
				demo.printed(/^Dashboard\s+(http:\S+#token=\S+)$/m),
				launchChromium(),
			]);
			const page = await browser.newPage();
			await page.goto(address);
			await page.waitForSelector('main[data-shown]');
			const origin = new URL(address).origin;
			// No experiment is defined where nobody has defined one.
			for (const view of viewNames.filter((each) => each !== 'experiments')) {
				const isShown = async () => {
					await page.goto(`${origin}/?view=${view}&days=1`);
					await page.waitForSelector(`main[data-shown=${view}]:not([aria-busy])`);
					const isFull =
						(await page.locator('.card').count()) > 0 && (await page.locator('.empty, .fault, .welcome').count()) === 0;
					return isFull ? true : undefined;
				};
				// Loading a page costs more processor time than the shoppers need until the next run.
				await eventually(isShown, 150_000, 3_000);
			}
			const newest = () => page.locator('tbody tr').first().textContent();
			const seen = await newest();
			await eventually(async () => ((await newest()) === seen ? undefined : true));
			await browser.close();
			expect(await demo.printed(/^Write key\s+(\S+)$/m)).toMatch(/^\S{32}$/);
			await eventually(async () => ((await ordersOfBoth()).both > 0 ? true : undefined), 150_000, 3_000);
			expect((await ordersOfBoth()).differing).toBe(0);
		} catch (error) {
			await demo.interrupt();
			throw error;
		}
		expect(await demo.interrupt(), demo.stderr).toBe(0);
		const { revenue } = expectCompleteTally(demo.stdout);
		expect(Object.keys(revenue)).not.toEqual([]);
		expect(processesOf(data)).toEqual([]);
		expect(locksOf(data)).toEqual([]);
	}, 400_000);
});
