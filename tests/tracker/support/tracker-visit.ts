import { launchChromium } from '@footfall/demo-shop';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { builtScript } from '../../../packages/tracker/src/testing/bundle.js';
import { CollectorServer } from './collector-server.js';
import { startSite } from './site-server.js';

/** The fixture of a test: a collector of its own, and a new browser profile. */
export interface Visit {
	collector: CollectorServer;
	siteUrl: string;
	context: BrowserContext;
	/** Warnings on the console and uncaught errors of all pages. */
	complaints: string[];
	open(path?: string): Promise<Page>;
	end(): Promise<void>;
}

/** Code that sends a page the events of a tab that is hidden. */
export const hide = `
	Object.defineProperty(Document.prototype, 'hidden', { value: true, configurable: true });
	document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));`;

/**
 * Returns a page as a developer writes it. `?bare` has no script, `?twice` has it twice, `?patient` sends only on
 * `flush()`, and `?attributes=` adds attributes to the script tag.
 */
function html(path: string, collectorUrl: string): string {
	const flushIntervalMs = path.includes('?patient') ? 600_000 : 100;
	const { searchParams, pathname } = new URL(path, collectorUrl);
	const attributes = searchParams.get('attributes') ?? '';
	const script = `<script nonce="n" defer src="${collectorUrl}/footfall.js" data-site="shop" data-flush-interval-ms="${flushIntervalMs}" ${attributes}></script>`;
	const policy = `script-src 'nonce-n' 'strict-dynamic'; connect-src ${collectorUrl} ${collectorUrl.replace('http', 'ws')}; require-trusted-types-for 'script'; trusted-types 'none'`;
	const strict = `<meta http-equiv="content-security-policy" content="${policy}"><script nonce="n">window.violations = [];
addEventListener('securitypolicyviolation', ({ violatedDirective }) => violations.push(violatedDirective))</script>`;
	const stub = `${pathname === '/strict' ? strict : ''}<script nonce="n">window.footfall=window.footfall||function(){(footfall.q=footfall.q||[]).push(arguments)};
footfall('on','ack',(ack)=>{(window.acks=window.acks||[]).push(ack)});
footfall('on','error',(error)=>{(window.errors=window.errors||[]).push(error)});</script>`;
	return `<!doctype html><html lang="en"><head><title>Shoes</title>${stub}${path.includes('?bare') ? '' : script}
${path.includes('?twice') ? script : ''}</head>
<body data-ff-page="product" data-ff-product-id="3" data-ff-amount="19.99" data-ff-currency="EUR" data-ff-exp-cart_style="default" data-ff-exp-header="b">
<button id="add" data-ff-click="add_to_cart" data-ff-product-id="3" data-ff-amount="19.99" data-ff-prop-colour="blue"><b>Add</b></button>
<button id="other">Help</button> <a id="next" href="/next?bare" data-ff-click="">Next</a>
</body></html>`;
}

/** Starts a browser for all tests of a file, by default the bundled Chromium. */
export async function startFixture(launch: () => Promise<Browser> = launchChromium) {
	const [script, vitals, dataLayer] = await Promise.all([
		builtScript('footfall.js'),
		builtScript('footfall-vitals.js'),
		builtScript('footfall-datalayer.js'),
	]);
	const files = {
		'/footfall.js': script,
		'/footfall-vitals.js': vitals,
		'/footfall-datalayer.js': dataLayer,
	};
	const browser = await launch();
	return {
		/**
		 * @param pages page at a path of the site. @default a page as a developer writes it
		 * @param scripts of the site, by their paths
		 */
		async visit(pages = html, scripts: Record<string, string> = {}): Promise<Visit> {
			const collector = await CollectorServer.start(files);
			const site = await startSite((path) => pages(path, collector.url), scripts);
			const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'Europe/Berlin' });
			const complaints: string[] = [];
			context.on('console', (message) => message.type() === 'warning' && complaints.push(message.text()));
			context.on('weberror', (error) => complaints.push(String(error.error())));
			return {
				collector,
				siteUrl: site.url,
				context,
				complaints,
				async open(path = '/') {
					const page = await context.newPage();
					await page.goto(site.url + path);
					return page;
				},
				async end() {
					await context.close();
					await Promise.all([collector.stop(), site.stop()]);
				},
			};
		},
		close: () => browser.close(),
	};
}

/**
 * Starts a browser for the tests of the block in which it is called, and gives each test a visit of its own.
 *
 * @returns the visit of the running test
 */
export function visitEachTest(start: typeof startFixture): () => Visit {
	let fixture: Awaited<ReturnType<typeof startFixture>>;
	let visit: Visit;
	beforeAll(async () => {
		fixture = await start();
	});
	afterAll(() => fixture?.close());
	beforeEach(async () => {
		visit = await fixture.visit();
	});
	afterEach(async () => {
		// Whatever a test does to the tracker, it sends nothing but valid batches.
		expect(visit.collector.broken).toEqual([]);
		await visit.end();
	});
	return () => visit;
}
