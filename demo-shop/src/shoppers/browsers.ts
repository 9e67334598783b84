import { setTimeout as wait } from 'node:timers/promises';
import { createRandom, type Random } from '@footfall/random';
import type { Browser } from 'playwright-core';
import { launchChromium } from './chromium.js';
import type { PageListeners } from './page-record.js';
import { outside, type Shopper, step } from './shopper.js';
import { act, closeVisitor, openVisitor, sendBack, type Visitor } from './visitor.js';

export interface ShoppersOptions extends PageListeners {
	/** URL of the shop, such as `http://127.0.0.1:7072`. */
	readonly shopUrl: string;
	/** Number of concurrent shoppers, each in a separate browser context. */
	readonly shoppers: number;
	/** Seed of the decisions. The number of decisions in a given time depends on the machine. */
	readonly seed: number;
	/** Mean time between two actions, ms; exponentially distributed, at most four times the mean. @default 200 */
	readonly thinkTimeMs?: number;
	/** Path of a Chromium or Chrome. @default see {@link launchChromium} */
	readonly executablePath?: string;
	/** Stops the shoppers when aborted, also while the browser starts. */
	readonly signal?: AbortSignal;
	/** Called with one line when a visit fails. After five failures in a row, the shopper stops. */
	onFault?(line: string): void;
}

export interface Shoppers {
	/** Lets shoppers finish their action and leave the shop, and closes the browser. Later calls have no effect. */
	stop(): Promise<void>;
}

/**
 * Probability that a visit is followed by another one of the same visitor, with the same cart, instead of a new
 * visitor. A new visitor costs a browser context with a renderer: 0.4 s of processor time, as much as three pages.
 */
const returnProbability = 0.65;
/** Probability that a shopper sends an order back as soon as it is placed. */
const sendBackProbability = 0.2;
/** Failed visits in a row after which a shopper stops. */
const faultsMax = 5;
/** Time that shoppers have to leave before the browser is closed, ms. */
const stopMsMax = 20_000;

/**
 * Starts a headless Chromium and lets shoppers browse the shop in it until they are stopped.
 *
 * @throws StartRefusal when no browser can be started
 * @throws the reason of `signal` when it is aborted before the browser has started
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

/** Random streams of a shopper. Decisions have their own, so that a slow page does not change them. */
interface Draws {
	readonly decisions: Random;
	readonly hand: Random;
}

/** Runs one visitor after another, until `leaving` is aborted or too many visits failed in a row. */
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

/** Runs all visits of one visitor. */
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

/** Runs one visit. @returns number of items left in the cart */
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
		const think = () => pause(Math.min(-Math.log(1 - draws.hand()), 4) * thinkTimeMs, leaving);
		await think();
		if (next.page !== '/cart/checkout' || draws.hand() >= sendBackProbability) continue;
		await sendBack(visitor, draws.hand);
		await think();
	}
	return shopper.cartItems;
}

/** Waits; resolves early when `leaving` is aborted. */
async function pause(durationMs: number, leaving: AbortSignal): Promise<void> {
	await wait(durationMs, undefined, { signal: leaving }).catch(() => undefined);
}
