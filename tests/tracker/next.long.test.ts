import { launchChromium } from '@footfall/demo-shop';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installTracker } from './support/installed-tracker.js';
import { expectStored, openPage, startProject } from './support/module-projects.js';
import { buildNext, installNext, type NextServer, startNext } from './support/next-server.js';
import { type RealCollector, startRealCollector } from './support/real-collector.js';
import { writeRecipe } from './support/recipes.js';

const layout = `export const metadata = { title: 'Shoes' };
export default function Layout({ children }) {
	return <html lang="en"><body>{children}</body></html>;
}`;
const home = `import Link from 'next/link';
export default function Home() {
	return <main data-ff-page="home"><Link href="/mug">Mug</Link></main>;
}`;

let collector: RealCollector;
let browser: Browser;
let server: NextServer;
/** Stops what was started, the last first. */
const cleanups: (() => unknown)[] = [];

beforeAll(async () => {
	const project = startProject();
	cleanups.push(project.remove);
	collector = await startRealCollector();
	cleanups.push(collector.stop);
	browser = await launchChromium();
	cleanups.push(() => browser.close());
	await installNext(project.folder);
	installTracker(project.folder);
	project.write('app/layout.jsx', layout);
	project.write('app/page.jsx', home);
	writeRecipe('Next', project.folder, collector.url);
	await buildNext(project.folder);
	server = await startNext(project.folder);
	cleanups.push(server.stop);
}, 600_000);

afterAll(async () => {
	for (const cleanup of cleanups.reverse()) await cleanup();
});

describe('the recipe for Next', () => {
	it('runs as it stands, with a view of each page, the web vitals and the event of the button', async () => {
		const { page, complaints } = await openPage(browser, server.url);
		await expectStored(collector, server.url, ['view home', 'vital FCP', 'vital TTFB']);
		await page.click('text=Mug');
		await page.click('text=Add to the wish list');
		await expectStored(collector, server.url, ['view product', 'wish']);
		const views = (await collector.stored(server.url)).filter(({ name }) => name === 'view');
		expect(views.map(({ url, title, obj_id }) => [url.replace(server.url, ''), title, obj_id])).toEqual([
			['/', 'Shoes', 'home'],
			['/mug', 'Mug', 'product'],
		]);
		expect(complaints).toEqual([]);
		await page.close();
	});
});
