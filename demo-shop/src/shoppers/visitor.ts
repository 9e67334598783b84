import { setTimeout as wait } from 'node:timers/promises';
import type { Random } from '@footfall/random';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { drawDevice } from './device.js';
import { clickOn } from './mouse.js';
import { type PageListeners, type PageRecord, recordPages } from './page-record.js';
import type { Action } from './shopper.js';

/** Timeout for a page or an element, ms; long, since a machine under load is slow. */
const stepMsMax = 15_000;
/** Time between closing a page and closing its browser context, in which its beacons are sent, ms. */
const beaconMs = 400;

/** A visitor: a browser context with its own storage, and its open page. */
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
 * Performs an action as a person would: the first page of a visit is opened by its URL, every other one by a
 * click on a link or button.
 *
 * @param random draws one of several links
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

/** Sends back the order that the page shows; the page is then loaded again, at the same URL. */
export async function sendBack({ page }: Visitor, random: Random): Promise<void> {
	await Promise.all([page.waitForEvent('load'), clickOn(page, '[data-ff-click="return"]', random)]);
}

/** Path of a document of the shop without a tracker. */
const quietPath = '/assets/icon.svg';

/**
 * Closes the page as a visitor closes a tab: the page gets its events, and sends its remaining batches by beacon.
 * Events that it captures only then, such as web vitals, stay in its record, which another document of the shop reads.
 */
async function leave({ page, record, shopUrl }: Visitor): Promise<void> {
	await record.collect(page);
	await page.goto(shopUrl + quietPath);
	await record.collect(page);
	await page.goto('about:blank');
}

/** Leaves the shop if the visitor is in it, and closes the browser context. Never throws. */
export async function closeVisitor(visitor: Visitor): Promise<void> {
	try {
		if (visitor.page.url() !== 'about:blank') await leave(visitor);
		await wait(beaconMs);
	} catch {
		// The page failed or the browser has ended, so there is nothing left to read.
	}
	await visitor.context.close().catch(() => undefined);
}
