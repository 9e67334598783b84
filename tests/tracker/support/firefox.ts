import { existsSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { launch, type Page } from 'puppeteer-core';

/** Usual paths of Firefox; `FIREFOX_PATH` comes first. */
const paths = [process.env.FIREFOX_PATH ?? '', '/usr/bin/firefox-esr', '/usr/lib/firefox-esr/firefox-esr'];

/** An installed Firefox, as it is shipped. */
export const firefoxPath: string | undefined = paths.find((path) => path && existsSync(path));

/** Prints errors as text, since Firefox forwards an error object without its message. */
const wordsOfErrors = `{ const { warn } = console; console.warn = (...words) => warn(words.join(' ')); }`;

const timeZone = 'Europe/Berlin';

/**
 * Starts it, driven by WebDriver BiDi, and gives it the face of a Playwright browser as far as the tests of the tracker
 * look at it: Playwright itself drives no Firefox but its own.
 */
export async function launchFirefox(executablePath: string): Promise<Browser> {
	const browser = await launch({
		browser: 'firefox',
		executablePath,
		headless: true,
		env: { ...process.env, TZ: timeZone, MOZ_HEADLESS_WIDTH: '1280', MOZ_HEADLESS_HEIGHT: '720' },
		extraPrefsFirefox: {
			'intl.accept_languages': 'en-GB',
			'app.update.enabled': false,
			'network.captive-portal-service.enabled': false,
		},
	});
	return {
		async newContext() {
			const context = await browser.createBrowserContext();
			const scripts = [wordsOfErrors];
			const listeners: { console: Listener[]; weberror: Listener[] } = { console: [], weberror: [] };
			return {
				on: (kind: keyof typeof listeners, listener: Listener) => void listeners[kind].push(listener),
				addInitScript: async (script: string) => void scripts.push(script),
				async newPage() {
					const page = await context.newPage();
					await page.setViewport({ width: 1280, height: 720 });
					for (const script of scripts) await page.evaluateOnNewDocument(script);
					page.on('console', (message) => {
						const type = message.type() === 'warn' ? 'warning' : message.type();
						for (const hear of listeners.console) hear({ type: () => type, text: () => message.text() });
					});
					page.on('pageerror', (error) => {
						for (const hear of listeners.weberror) hear({ error: () => (error as Error).message });
					});
					return faceOf(page);
				},
				close: () => context.close(),
			};
		},
		close: () => browser.close(),
	} as unknown as Browser;
}

type Listener = (event: unknown) => void;

/** The operations of the tests on a page. */
const faceOf = (page: Page) => ({
	evaluate: (script: string) => page.evaluate(script),
	goto: (url: string) => page.goto(url, { waitUntil: 'load' }),
	reload: () => page.reload(),
	click: (selector: string) => page.click(selector),
	close: (options?: { runBeforeUnload?: boolean }) => page.close(options),
	keyboard: page.keyboard,
	mouse: page.mouse,
	waitForTimeout: (ms: number) => new Promise((resolve) => setTimeout(resolve, ms)),
	async waitForURL(pattern: string) {
		const end = pattern.replace('**', '');
		while (!page.url().endsWith(end)) await new Promise((resolve) => setTimeout(resolve, 25));
	},
});
