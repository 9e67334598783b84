// Takes the pictures of docs/images: a shop's history of four months, and the demo running on top of it. Takes a minute or two.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { fillHistory } from '@footfall/dashboard/testing';
import { launchChromium } from '@footfall/demo-shop';
import { connect, migrate, startEmbeddedServer } from '@footfall/warehouse';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const images = join(root, 'docs/images');
const data = mkdtempSync(join(tmpdir(), 'footfall-screenshots-'));
process.on('exit', () => rmSync(data, { recursive: true, force: true }));

/** Name, address, theme and width of each picture. */
const pictures = [
	['dashboard', '?days=90', 'light', 1360],
	['dashboard-dark', '?days=90', 'dark', 1360],
	['dashboard-shop', '?view=shop&days=90', 'light', 1360],
	['dashboard-retention', '?view=retention&days=90', 'light', 1360],
	['dashboard-live', '?view=live', 'dark', 1360],
	['dashboard-phone', '?days=28', 'light', 390],
];

const server = await startEmbeddedServer({ directory: join(data, 'clickhouse') });
const warehouse = connect({ url: server.url, ...server.writer });
await migrate(warehouse);
await fillHistory(warehouse, { days: 120, visitors: 12_000 });
await warehouse.close();
await server.stop();

const ports = ['--port', '0', '--admin-port', '0', '--dashboard-port', '0', '--shop-port', '0'];
const main = join(root, 'packages/footfall/dist/main.js');
const demo = spawn(process.execPath, [main, 'demo', '--data', data, ...ports], {
	stdio: ['ignore', 'pipe', 'inherit'],
});
const loginUrl = await new Promise((resolve, reject) => {
	let printed = '';
	demo.on('exit', () => reject(new Error(`the demo ended: ${printed}`)));
	demo.stdout.on('data', (chunk) => {
		printed += chunk;
		const found = /^Dashboard\s+(\S+)$/m.exec(printed);
		if (found) resolve(found[1]);
	});
});
// Until the live view has something to show.
await wait(30_000);

const browser = await launchChromium();
for (const [name, search, colorScheme, width] of pictures) {
	const isPhone = width < 600;
	const context = await browser.newContext({
		colorScheme,
		viewport: { width, height: isPhone ? 844 : 1000 },
		deviceScaleFactor: isPhone ? 2 : 1,
		isMobile: isPhone,
	});
	const page = await context.newPage();
	await page.goto(loginUrl);
	await page.waitForSelector('main[data-shown]');
	const view = new URLSearchParams(search).get('view') ?? 'overview';
	await page.goto(new URL(search, loginUrl).href);
	await page.waitForSelector(`main[data-shown=${view}]:not([aria-busy])`);
	await page.evaluate(() => document.fonts.ready);
	await wait(500);
	await page.screenshot({ path: join(images, `${name}.png`) });
	process.stdout.write(`docs/images/${name}.png\n`);
	await context.close();
}
await browser.close();
demo.removeAllListeners('exit');
demo.kill('SIGINT');
await new Promise((resolve) => demo.once('exit', resolve));
process.exit(0);
