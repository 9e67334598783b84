import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { ShopRefusal } from '../shop-refusal.js';

export interface ChromiumOptions {
	/** A Chromium or Chrome to use. Default: `CHROMIUM_PATH`, else the system's, else the one that comes as a package. */
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

/** A browser that calls nobody but the pages it is sent to. */
const quietFlags = [
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
	'--no-first-run',
	// Contexts have user agents of their own, but their WebSockets say the browser's: a headless one's is a machine's.
	'--user-agent=Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Safari/537.36',
];

/**
 * Starts a headless Chromium. The caller closes it; signals to this process are left to this process.
 *
 * @throws {ShopRefusal} when `executablePath` names nothing, or what it names does not start
 */
export async function launchChromium({ executablePath }: ChromiumOptions = {}): Promise<Browser> {
	const wanted = executablePath ?? (process.env.CHROMIUM_PATH || undefined);
	if (wanted !== undefined && !existsSync(wanted)) {
		throw new ShopRefusal(`There is no Chromium at ${wanted}: give the path of one, or none to use the bundled one.`);
	}
	const systemPath = wanted ?? systemPaths.find((path) => existsSync(path));
	// Loaded where it is needed: a shop without shoppers needs no browser.
	const { path, flags, environment } = systemPath
		? { path: systemPath, flags: systemFlags(), environment: {} }
		: await (await import('./bundled-chromium.js')).bundledChromium();
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
		throw new ShopRefusal(
			`${path} does not start (${launchFault(String(error))}): name another Chromium with --chromium.`,
		);
	}
}

/** The line that says why, out of everything that a failed launch reports. Pure. */
export function launchFault(report: string): string {
	const missing = /error while loading shared libraries: .*/.exec(report)?.[0];
	return missing ?? report.split('\n')[0] ?? report;
}

/** Chromium refuses to sandbox root. */
function systemFlags(): string[] {
	return process.getuid?.() === 0 ? ['--no-sandbox'] : [];
}
