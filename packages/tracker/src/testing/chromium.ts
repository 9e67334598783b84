import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import packed from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright-core';

/** The package's flags are for functions without a sandbox; these would hide what a page of another origin may not do. */
const unfitFlags = ['--single-process', '--disable-web-security', '--allow-running-insecure-content'];
const systemPath = '/usr/bin/chromium';

export interface TestBrowser {
	browser: Browser;
	close(): Promise<void>;
}

/** A headless Chromium: `CHROMIUM_PATH`, else the system's, else the one that comes as a package. */
export async function openBrowser(): Promise<TestBrowser> {
	const installed = process.env.CHROMIUM_PATH || (existsSync(systemPath) ? systemPath : '');
	if (installed) {
		const browser = await chromium.launch({ executablePath: installed, args: ['--no-sandbox'] });
		return { browser, close: () => browser.close() };
	}
	// A folder of our own: the package's usual one may be half written by another test that starts now.
	const folder = mkdtempSync(join(tmpdir(), 'footfall-tracker-chromium-'));
	const remove = () => rmSync(folder, { recursive: true, force: true });
	try {
		const executablePath = await unpack(folder);
		const args = packed.args.filter((flag) => !unfitFlags.includes(flag));
		const browser = await chromium.launch({ executablePath, args });
		return { browser, close: () => browser.close().finally(remove) };
	} catch (error) {
		remove();
		throw error;
	}
}

/** The package reads the folder's name before it first waits, so nobody else sees the change. */
function unpack(folder: string): Promise<string> {
	const before = process.env.TMPDIR;
	process.env.TMPDIR = folder;
	packed.setGraphicsMode = false;
	const path = packed.executablePath();
	if (before === undefined) delete process.env.TMPDIR;
	else process.env.TMPDIR = before;
	return path;
}
