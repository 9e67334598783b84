import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { launchChromium } from '@footfall/demo-shop';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundlers } from './support/bundlers.js';
import { expectStored, openPage, type Project, startProject } from './support/module-projects.js';
import { type RealCollector, startRealCollector } from './support/real-collector.js';
import { type SiteServer, startSite } from './support/site-server.js';

const tsc = join(createRequire(import.meta.url).resolve('typescript-7/package.json'), '../bin/tsc');
let collector: RealCollector;
let browser: Browser;
const started: { stop(): Promise<void> }[] = [];
const projects: Project[] = [];

async function site(html: (path: string) => string, files: Record<string, string>): Promise<SiteServer> {
	const server = await startSite(html, files);
	started.push(server);
	return server;
}

function project(): Project {
	const made = startProject();
	projects.push(made);
	return made;
}

beforeAll(async () => {
	[collector, browser] = await Promise.all([startRealCollector(), launchChromium()]);
	started.push(collector);
});

afterAll(async () => {
	await browser?.close();
	await Promise.all(started.map((server) => server.stop()));
	for (const made of projects) made.remove();
});

describe.each(Object.entries(bundlers))('the module in a bundle of %s', (_name, bundle) => {
	/** A page whose policy allows the bundle and what the bundle loads, and no text as code. */
	const html = () => {
		const policy = `script-src 'nonce-n' 'strict-dynamic'; require-trusted-types-for 'script'; trusted-types 'none'`;
		return `<!doctype html><html lang="en"><head><title>Shoes</title>
<meta http-equiv="content-security-policy" content="${policy}">
<script nonce="n">window.dataLayer = [{ event: 'purchase', ecommerce: { transaction_id: 'T-1', currency: 'EUR' } }]</script>
<script nonce="n" type="module" src="/app.js"></script></head><body><h1>Shoes</h1></body></html>`;
	};

	it('sends the view, the web vitals and the data layer of the page, and the build has no warning', async () => {
		const { folder, write } = project();
		const options = { site: 'shop', collector: collector.url, capture: 'view vital datalayer', flushIntervalMs: 50 };
		write('src/main.js', `import { init } from '@footfall/tracker'; init(${JSON.stringify(options)});`);
		expect(await bundle(folder, join(folder, 'dist'))).toEqual([]);
		const { url } = await site(html, { '/app.js': readFileSync(join(folder, 'dist/app.js'), 'utf8') });
		const { page, complaints } = await openPage(browser, url);
		await expectStored(collector, url, ['view', 'order', 'vital FCP', 'vital TTFB']);
		expect((await collector.stored(url)).filter(({ name }) => name === 'view')).toHaveLength(1);
		expect(complaints).toEqual([]);
		await page.close();
	});
});

describe('the types of the package', () => {
	const module = `import { type Footfall, flush, init, on, track } from '@footfall/tracker';
init({ site: 'shop', collector: 'https://events.shop.example', capture: ['view', 'vital', 'datalayer', 'datalayer:shopLayer'] });
track('signup', { amount: 5 });
on('ack', ({ events }) => events.toFixed());
const done: Promise<void> = flush();
const tracker: Footfall | undefined = window.footfall;
tracker?.track('signup', { props: { plan: 'free' } });
tracker?.('track', 'signup', { amount: 5 });
tracker?.('on', 'error', ({ reason }) => reason.toUpperCase());
globalThis.footfall?.consent('granted');
// @ts-expect-error There is no such function.
tracker?.trak('signup');
// @ts-expect-error There is no such function.
tracker?.('trak', 'signup');
// @ts-expect-error An amount is a number.
window.footfall?.track('signup', { amount: '5' });
// @ts-expect-error There is no such choice.
window.footfall?.('consent', 'yes');
export { done };`;
	const scripts = `import '@footfall/tracker/script';
import '@footfall/tracker/vitals';
import '@footfall/tracker/datalayer';`;
	const page = `/// <reference types="@footfall/tracker" />
window.footfall?.track('signup');
// @ts-expect-error An event has a name.
window.footfall?.track();`;

	it.each([
		['Node16', 'Node16'],
		['NodeNext', 'NodeNext'],
		['ESNext', 'Bundler'],
	])('compile in a strict project with modules of %s, resolved as %s', (module_, moduleResolution) => {
		const { folder, write } = project();
		const compilerOptions = { strict: true, noEmit: true, module: module_, moduleResolution, lib: ['ES2020', 'DOM'] };
		write('package.json', JSON.stringify({ type: 'module' }));
		write('tsconfig.json', JSON.stringify({ compilerOptions: { ...compilerOptions, target: 'ES2020', types: [] } }));
		write('module.ts', module);
		write('page.ts', page);
		write('scripts.ts', scripts);
		const { stdout } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
		expect(stdout).toBe('');
	});
});
