// Takes the pictures of docs/images from a running demo, once its year of history is in the marts. This takes one to
// two minutes.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { launchChromium } from '@footfall/demo-shop';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const images = join(root, 'docs/images');
const data = mkdtempSync(join(tmpdir(), 'footfall-screenshots-'));
process.on('exit', () => rmSync(data, { recursive: true, force: true }));

/** Name, address, theme and width of each picture. */
const pictures = [
	['dashboard', '?days=90', 'light', 1360],
	['dashboard-dark', '?days=90', 'dark', 1360],
	['dashboard-shop', '?view=shop&days=90', 'light', 1360],
	['dashboard-orders', '?view=orders&days=90', 'light', 1360],
	['dashboard-retention', '?view=retention&days=90', 'light', 1360],
	['dashboard-live', '?view=live', 'dark', 1360],
	['dashboard-phone', '?days=28', 'light', 390],
];

const ports = ['--port', '0', '--admin-port', '0', '--dashboard-port', '0', '--shop-port', '0'];
const main = join(root, 'packages/footfall/dist/main.js');
const demo = spawn(process.execPath, [main, 'demo', '--data', data, ...ports], {
	stdio: ['ignore', 'pipe', 'inherit'],
});
let printed = '';
demo.stdout.on('data', (chunk) => {
	printed += chunk;
});

/** Waits until the demo has printed a pattern, and returns its first group. */
async function printedBy(pattern) {
	for (;;) {
		const found = pattern.exec(printed);
		if (found) return found[1];
		if (demo.exitCode !== null) throw new Error(`the demo ended: ${printed}`);
		await wait(100);
	}
}

async function takePictures() {
	const loginUrl = await printedBy(/^Dashboard\s+(\S+)$/m);
	await printedBy(/^(tracked) /m);
	// By then the live view has data.
	await wait(40_000);
	const browser = await launchChromium();
	try {
		for (const picture of pictures) await take(browser, loginUrl, picture);
	} finally {
		await browser.close();
	}
}

async function take(browser, loginUrl, [name, search, colorScheme, width]) {
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

const ended = new Promise((resolve) => demo.once('exit', resolve));
try {
	await takePictures();
} finally {
	demo.kill('SIGINT');
	await ended;
}
process.exit(0);
