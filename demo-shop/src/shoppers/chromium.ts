import { existsSync } from 'node:fs';
import { StartRefusal } from '@footfall/host';
import type { Browser } from 'playwright-core';

export interface ChromiumOptions {
	/** Path of a Chromium or Chrome. @default `CHROMIUM_PATH`, else the system's, else that of the package */
	readonly executablePath?: string;
}

const systemPaths = [
	'/usr/bin/chromium',
	'/usr/bin/chromium-browser',
	'/usr/bin/google-chrome',
	'/usr/bin/google-chrome-stable',
	'/snap/bin/chromium',
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
	'/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** Flags of a browser that sends requests only for the pages it opens. */
const quietFlags = [
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
	'--no-first-run',
	// Contexts have their own user agents, but their WebSockets send the browser's; that of a headless one is a bot's.
	'--user-agent=Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Safari/537.36',
];

/**
 * Starts a headless Chromium, which the caller closes. Playwright installs no signal handlers.
 *
 * @throws StartRefusal when `executablePath` does not exist, or the browser does not start
 */
export async function launchChromium({ executablePath }: ChromiumOptions = {}): Promise<Browser> {
	const wanted = executablePath ?? (process.env.CHROMIUM_PATH || undefined);
	if (wanted !== undefined && !existsSync(wanted)) {
		throw new StartRefusal(`There is no Chromium at ${wanted}; give its path, or no path to use the bundled one.`);
	}
	const systemPath = wanted ?? systemPaths.find((path) => existsSync(path));
	// Loaded on demand: a shop without shoppers needs no browser.
	const { path, flags, environment } = systemPath
		? { path: systemPath, flags: systemFlags(), environment: {} }
		: await (await import('./bundled-chromium.js')).bundledChromium();
	// Loaded on demand, too: it takes half a second, and a command without browsers would wait for it.
	const { chromium } = await import('playwright-core');
	try {
		return await chromium.launch({
			executablePath: path,
			args: [...flags, ...quietFlags],
			env: { ...process.env, ...environment },
			headless: true,
			handleSIGINT: false,
			handleSIGTERM: false,
			handleSIGHUP: false,
		});
	} catch (error) {
		throw new StartRefusal(
			`${path} does not start (${launchFault(String(error))}): name another Chromium with --chromium.`,
		);
	}
}

/** Extracts the line with the cause from the report of a failed launch. Pure. */
export function launchFault(report: string): string {
	const missing = /error while loading shared libraries: .*/.exec(report)?.[0];
	return missing ?? report.split('\n')[0] ?? report;
}

/** Chromium does not start for root with its sandbox. */
function systemFlags(): string[] {
	return process.getuid?.() === 0 ? ['--no-sandbox'] : [];
}
