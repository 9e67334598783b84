import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { launchChromium } from '@footfall/demo-shop';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeDebianRoot } from '../../scripts/images/debian-root.js';
import { startSite } from '../tracker/support/site-server.js';
import { BareRoot, interrupt, removeUnmounted, whyNoRoots } from './bare-root.js';
import { eventually, locksOf } from './footfall-process.js';
import { packedOnce } from './packed.js';

/** A headless browser's own name is that of a bot, which the marts leave out. */
const userAgent =
	'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Safari/537.36';

/** The dashboard's rows of events: by name their number. */
async function eventsIn(dashboard: string): Promise<Record<string, number>> {
	const { origin, hash } = new URL(dashboard);
	const authorization = `Bearer ${new URLSearchParams(hash.slice(1)).get('token')}`;
	const today = new Date().toISOString().slice(0, 10);
	const answer = await fetch(`${origin}/api/events?site=shop&from=${today}&to=${today}`, {
		headers: { authorization },
	});
	const { rows } = (await answer.json()) as { rows: { names: { name: string; events: number }[] } };
	return Object.fromEntries(rows.names.map(({ name, events }) => [name, Number(events)]));
}

/** Opens a page of a shop, which sends its view by WebSocket. @returns the path of the collector */
async function viewBySocket(browser: Browser, url: string): Promise<string> {
	const page = await browser.newPage({ userAgent });
	const answered: string[] = [];
	page.on('websocket', (socket) => {
		const answers = () => socket.on('framereceived', () => answered.push(new URL(socket.url()).pathname));
		socket.once('framesent', answers);
	});
	await page.goto(url);
	const path = await eventually(async () => answered[0]);
	await page.close();
	return path;
}

/** Clicks in a page without a WebSocket and leaves at once, so that a beacon remains. @returns its paths */
async function clickByBeacon(browser: Browser, url: string): Promise<string> {
	const page = await browser.newPage({ userAgent });
	// Playwright does not tell of beacons of a page that is left; the next page of the site does.
	await page.addInitScript(`{
		delete window.WebSocket;
		const send = navigator.sendBeacon.bind(navigator);
		navigator.sendBeacon = (url, body) => {
			sessionStorage.beacons = (sessionStorage.beacons ?? '') + new URL(url).pathname + ' ';
			return send(url, body);
		};
	}`);
	await page.goto(url);
	await page.waitForFunction('window.footfall');
	await page.evaluate(`document.querySelector('button').click(); location.href = '/left';`);
	await page.waitForURL('**/left');
	const beacons = await page.evaluate<string>('sessionStorage.beacons');
	await page.close();
	return beacons;
}

/**
 * Tests that `npx` of the packed command brings up everything in a Debian with nothing but Node.js.
 *
 * @param suite name of the version of Debian
 * @param engines by the major version of Node.js, the engine of HTTP that loads
 */
export function testBareRoots(suite: string, engines: Record<string, 'uws' | 'node'>): void {
	const reason = whyNoRoots();
	if (reason !== undefined) console.warn(`Skipped: no root of Debian ${suite} is made, since ${reason}.`);
	const scratch = mkdtempSync(join(tmpdir(), `footfall-bare-${suite}-`));
	const debian = join(scratch, 'debian');
	let packed = '';
	let browser: Browser;

	beforeAll(async () => {
		if (reason !== undefined) return;
		packed = packedOnce()('cli');
		makeDebianRoot(suite, debian);
		browser = await launchChromium();
	}, 600_000);
	afterAll(async () => {
		await browser?.close();
		removeUnmounted(scratch);
	});

	describe.skipIf(reason !== undefined)(
		`npx of the command in a root of Debian ${suite} with nothing but Node.js`,
		() => {
			it.each(Object.entries(engines))(
				'brings up everything with Node.js %s, which serves by %s',
				async (node, engine) => {
					const root = new BareRoot(debian, join(scratch, `node-${node}`), node, join(scratch, 'npm-cache'), [packed]);
					try {
						expect(await root.run('node', '--version')).toMatch(new RegExp(`^v${node}\\.`));
						const ports = ['--port', '0', '--admin-port', '0', '--dashboard-port', '0'];
						const up = root.start(
							'npx',
							'-y',
							`file:/packed/${basename(packed)}`,
							'up',
							...ports,
							'--transform-seconds',
							'1',
						);
						const dashboard = await up.printed(/^Dashboard\s+(\S+)/m);
						const metrics = await (await fetch(`${await up.printed(/health: (\S+)\)/)}/metrics`)).text();
						expect(/^footfall_http_engine\{engine="(\w+)"/m.exec(metrics)?.[1]).toBe(engine);
						const tag = await up.printed(/^Embed it\s+(.+)$/m);
						const html = `<!doctype html><title>Shoes</title>${tag}<button data-ff-click="add_to_cart">Add</button>`;
						const site = await startSite((path) => (path === '/' ? html : 'left'));
						try {
							expect(await viewBySocket(browser, site.url)).toBe('/v1/socket');
							expect(await clickByBeacon(browser, site.url)).toMatch(/^(\/v1\/batch )+$/);
						} finally {
							await site.stop();
						}
						const counted = await eventually(
							async () => {
								const events = await eventsIn(dashboard);
								const { view = 0, click = 0 } = events;
								return view + click > 2 ? events : undefined;
							},
							60_000,
							1_000,
						);
						expect(counted).toEqual({ view: 2, click: 1 });
						expect(readdirSync(join(root.folder, 'home/node/shop'))).toEqual(['.footfall']);
						// npx ends by the signal itself; its command has removed its locks if it has stopped in order.
						expect(await interrupt(up)).toBe('SIGINT');
						expect(locksOf(join(root.folder, 'home/node/shop/.footfall'))).toEqual([]);
					} finally {
						root.remove();
					}
				},
			);
		},
	);
}
