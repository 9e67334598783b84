import { setTimeout as wait } from 'node:timers/promises';
import { createRandom, type Random } from '@footfall/random';
import type { Browser } from 'playwright-core';
import { launchChromium } from './chromium.js';
import type { PageListeners } from './page-record.js';
import { outside, type Shopper, step } from './shopper.js';
import { act, closeVisitor, openVisitor, type Visitor } from './visitor.js';

export interface ShoppersOptions extends PageListeners {
	/** Where the shop answers, such as `http://127.0.0.1:7072`. */
	readonly shopUrl: string;
	/** How many shop at the same time, each in a browser context of their own. */
	readonly shoppers: number;
	/** The same seed makes the same decisions; how far they get in a given time depends on the machine. */
	readonly seed: number;
	/** Mean time between two actions, milliseconds. Exponential, at most four times the mean. @default 200 */
	readonly thinkTimeMs?: number;
	/** A Chromium or Chrome to use. Default: see {@link launchChromium}. */
	readonly executablePath?: string;
	/** Aborting it stops the shoppers, also while the browser starts. */
	readonly signal?: AbortSignal;
	/** A visit that failed, in one line. The shopper comes back, unless it was the fifth in a row. */
	onFault?(line: string): void;
}

export interface Shoppers {
	/** Everyone ends their step, leaves as people do, and the browser is closed. Calling it again changes nothing. */
	stop(): Promise<void>;
}

/**
 * How often someone who left comes back as the same visitor, cart and all, rather than someone new in their place.
 * Someone new costs a browser context with a renderer of its own: 0.4 s of processor time, as much as three pages.
 */
const returnProbability = 0.65;
const faultsMax = 5;
/** The longest that leaving may take before the browser is closed all the same. */
const stopMsMax = 20_000;

/**
 * Starts a headless Chromium and lets shoppers browse the shop in it until they are stopped.
 *
 * @throws {ShopRefusal} when there is no browser to use
 * @throws the signal's reason when it is aborted before the browser has started
 */
export async function startShoppers(options: ShoppersOptions): Promise<Shoppers> {
	const { signal, shoppers } = options;
	signal?.throwIfAborted();
	const browser = await launchChromium(options);
	if (signal?.aborted) await browser.close();
	signal?.throwIfAborted();
	const leaving = new AbortController();
	const everyone = Array.from({ length: shoppers }, (_, index) => shop(browser, options, index, leaving.signal));
	const end = async () => {
		leaving.abort();
		const over = new AbortController();
		const patience = wait(stopMsMax, undefined, { signal: over.signal }).catch(() => undefined);
		await Promise.race([Promise.all(everyone), patience]);
		over.abort();
		await browser.close();
	};
	let ended: Promise<void> | undefined;
	const stop = () => {
		ended ??= end();
		return ended;
	};
	signal?.addEventListener('abort', () => void stop(), { once: true });
	return { stop };
}

/** One shopper's draws: what they decide, apart from how they move, so that a slow page changes no decision. */
interface Draws {
	readonly decisions: Random;
	readonly hand: Random;
}

/** One shopper after the other in the same place, until told to leave or too much has failed. */
async function shop(browser: Browser, options: ShoppersOptions, index: number, leaving: AbortSignal): Promise<void> {
	const draws = { decisions: createRandom(options.seed, 2 * index), hand: createRandom(options.seed, 2 * index + 1) };
	for (let faults = 0; !leaving.aborted && faults < faultsMax; ) {
		try {
			await beVisitor(browser, options, draws, leaving);
			faults = 0;
		} catch (error) {
			if (leaving.aborted) return;
			faults += 1;
			const [cause] = String(error instanceof Error ? error.message : error).split('\n', 1);
			options.onFault?.(`A shopper's visit failed: ${cause}`);
			await pause(1_000 * faults, leaving);
		}
	}
}

/** All visits of one visitor. */
async function beVisitor(
	browser: Browser,
	options: ShoppersOptions,
	draws: Draws,
	leaving: AbortSignal,
): Promise<void> {
	const visitor = await openVisitor(browser, options.shopUrl, draws.hand, options);
	try {
		let cartItems = 0;
		do {
			cartItems = await visit(visitor, { ...outside, cartItems }, options, draws, leaving);
		} while (!leaving.aborted && draws.decisions() < returnProbability);
	} finally {
		await closeVisitor(visitor);
	}
}

/** @returns what is left in the cart */
async function visit(
	visitor: Visitor,
	arriving: Shopper,
	{ thinkTimeMs = 200 }: ShoppersOptions,
	draws: Draws,
	leaving: AbortSignal,
): Promise<number> {
	let shopper = arriving;
	while (!leaving.aborted) {
		const { action, shopper: next } = step(shopper, draws.decisions);
		await act(visitor, action, draws.hand);
		if (action.kind === 'leave') break;
		shopper = next;
		await pause(Math.min(-Math.log(1 - draws.hand()), 4) * thinkTimeMs, leaving);
	}
	return shopper.cartItems;
}

/** Ends early, without a fuss, when it is time to leave. */
async function pause(durationMs: number, leaving: AbortSignal): Promise<void> {
	await wait(durationMs, undefined, { signal: leaving }).catch(() => undefined);
}
