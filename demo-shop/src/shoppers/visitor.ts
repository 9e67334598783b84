import { setTimeout as wait } from 'node:timers/promises';
import type { Random } from '@footfall/random';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { drawDevice } from './device.js';
import { clickOn } from './mouse.js';
import { type PageListeners, type PageRecord, recordPages } from './page-record.js';
import type { Action } from './shopper.js';

/** Longest wait for a page or an element; a machine under load is slow, a step that takes longer has failed. */
const stepMsMax = 15_000;
/** Between a page's going away and its browser context's: time for the beacons it sent to leave the browser. */
const beaconMs = 400;

/** One person at one browser: a context with its own storage, and the tab they look at. */
export interface Visitor {
	readonly shopUrl: string;
	readonly context: BrowserContext;
	readonly page: Page;
	readonly record: PageRecord;
}

/** @param random draws the device */
export async function openVisitor(
	browser: Browser,
	shopUrl: string,
	random: Random,
	listeners: PageListeners,
): Promise<Visitor> {
	const context = await browser.newContext(drawDevice(random, browser.version()));
	try {
		context.setDefaultTimeout(stepMsMax);
		const record = await recordPages(context, new URL(shopUrl).origin, listeners);
		return { shopUrl, context, page: await context.newPage(), record };
	} catch (error) {
		await context.close();
		throw error;
	}
}

/**
 * Does what was decided, by hand: only the first page of a visit is called by its address, every other is reached by a
 * click on what leads there.
 *
 * @param random draws which of several links is clicked
 */
export async function act(visitor: Visitor, action: Action, random: Random): Promise<void> {
	const { page, shopUrl } = visitor;
	switch (action.kind) {
		case 'enter':
			await page.goto(shopUrl + action.page);
			return;
		case 'add-to-cart':
			await clickOn(page, `[data-ff-click="add_to_cart"][data-ff-product-id="${action.productId}"]`, random);
			return;
		case 'go':
			await follow(page, shopUrl, action.page, random);
			return;
		case 'leave':
			await leave(visitor);
	}
}

async function follow(page: Page, shopUrl: string, path: string, random: Random): Promise<void> {
	const selector = path === '/cart/checkout' ? '[data-ff-click="checkout"]' : `a[href="${path}"]`;
	await Promise.all([page.waitForURL(shopUrl + path), clickOn(page, selector, random)]);
}

/** Of the shop, and without a tracker. */
const quietPath = '/assets/icon.svg';

/**
 * The page goes away as it does when a person closes the tab: it is told, and sends what it still has by beacon. What it captures
 * only then, such as how fast it was, stays in its record, which another document of the shop reads.
 */
async function leave({ page, record, shopUrl }: Visitor): Promise<void> {
	await record.collect(page);
	await page.goto(shopUrl + quietPath);
	await record.collect(page);
	await page.goto('about:blank');
}

/** Leaves the shop if the visitor is still there, and closes the browser context. Never throws: it may be gone already. */
export async function closeVisitor(visitor: Visitor): Promise<void> {
	try {
		if (visitor.page.url() !== 'about:blank') await leave(visitor);
		await wait(beaconMs);
	} catch {
		// A page that failed or a browser that is gone: there is nobody left to ask.
	}
	await visitor.context.close().catch(() => undefined);
}
