import axe from 'axe-core';
import type { BrowserContext, Page } from 'playwright-core';
import type { DashboardUnderTest } from './dashboard-under-test.js';

/** The dashboard in a browser, after the login. */
export interface OpenPage {
	page: Page;
	/** Errors of the console and of scripts since the login. */
	errors: string[];
	/** Origins that the page sent requests to. */
	origins: Set<string>;
	/** Opens an address and waits until its view is drawn. */
	open(search: string): Promise<void>;
	/** Rows of the table of a card, as texts. Switches the card to its table if it shows a chart. */
	table(title: string): Promise<string[][]>;
}

export async function openDashboard(
	context: BrowserContext,
	{ dashboard, token }: Pick<DashboardUnderTest, 'dashboard' | 'token'>,
): Promise<OpenPage> {
	const page = await context.newPage();
	const errors: string[] = [];
	const origins = new Set<string>();
	page.on('request', (request) => void origins.add(new URL(request.url()).origin));
	await page.goto(`${dashboard.url}/#token=${token}`);
	await page.waitForSelector('main[data-shown]');
	// The login page has status 401, which browsers log as an error.
	page.on('console', (message) => void (message.type() === 'error' && errors.push(message.text())));
	page.on('pageerror', (error) => void errors.push(String(error)));
	return {
		page,
		errors,
		origins,
		async open(search) {
			const view = new URLSearchParams(search.split('#')[0]).get('view') ?? 'overview';
			await page.goto(`${dashboard.url}/${search}`);
			await page.waitForSelector(`main[data-shown=${view}]:not([aria-busy])`);
		},
		async table(title) {
			const card = page.locator('section.card', { has: page.getByRole('heading', { name: title, exact: true }) });
			const toggle = card.getByRole('button', { name: `Show ${title} as a table` });
			if ((await toggle.count()) > 0) await toggle.click();
			const more = card.getByRole('button', { name: /^Show all/ });
			if ((await more.count()) > 0) await more.click();
			const rows = await card.locator('tbody tr').all();
			return Promise.all(rows.map((row) => row.locator('th, td').allTextContents()));
		},
	};
}

/**
 * Violations that axe-core finds, of any impact, one line each.
 *
 * @param rules ids of the rules to check @default all
 */
export async function accessibilityFaults(page: Page, rules?: readonly string[]): Promise<string[]> {
	await page.evaluate(axe.source);
	const violations = await page.evaluate(async (only) => {
		// biome-ignore lint/suspicious/noExplicitAny: axe has put itself there.
		const { violations: found } = await (globalThis as any).axe.run(only ? { runOnly: only } : {});
		return found as { id: string; nodes: { html: string; failureSummary: string }[] }[];
	}, rules);
	return violations.flatMap(({ id, nodes }) =>
		nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary}`),
	);
}
