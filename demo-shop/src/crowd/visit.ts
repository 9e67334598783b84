import type { Random } from '@footfall/random';
import { type Action, outside, type Shopper, type Step, step } from '../shoppers/shopper.js';
import { productOn, type ShopPage } from '../shoppers/transition-table.js';
import { type CrowdEvent, type CrowdPage, type Emit, sequences } from './batch.js';
import { exactLog } from './exact-math.js';
import type { CrowdOptions } from './options.js';
import { orderOf, type PricedOrder, refundOf } from './order.js';
import { pageFaces } from './pages.js';
import type { Person, Visitor } from './person.js';
import { firstSources, laterSources } from './sources.js';
import { pickWeighted } from './weighted.js';

/** Time between a click and the view that it leads to, and between a view and adding to the cart, ms. */
const clickMs = 1_000;
/** Probability that a view of the registration page is followed by registering. */
const registerProbability = 0.6;
/** Probability that a registered customer signs in at a visit with another browser. */
const signInProbability = 0.7;
/** Ratio of the speed of bots to that of people. */
const botSpeed = 25;

const addresses = new Map<string, Map<string, string>>();
let addressesOrigin: string | undefined;

/**
 * The URL of a page, one string object per URL. A new string would have to be hashed before each lookup in a map.
 */
function addressOf(origin: string, path: ShopPage, query: string): string {
	if (origin !== addressesOrigin) addresses.clear();
	addressesOrigin = origin;
	let addressesByQuery = addresses.get(path);
	if (addressesByQuery === undefined) {
		addressesByQuery = new Map();
		addresses.set(path, addressesByQuery);
	}
	let address = addressesByQuery.get(query);
	if (address === undefined) {
		address = origin + path + query;
		addressesByQuery.set(query, address);
	}
	return address;
}

/** A visit of a browser, action by action. Decisions depend only on the draws, not on the time of the call. */
export class Visit {
	readonly #options: CrowdOptions;
	readonly #person: Person;
	readonly #visitor: Visitor;
	readonly #random: Random;
	readonly #emit: Emit;
	/** Decision for the next call of `act`. */
	#next: Step;
	#page: CrowdPage | undefined;
	#path: ShopPage | undefined;

	constructor(options: CrowdOptions, person: Person, visitor: Visitor, random: Random, emit: Emit) {
		this.#options = options;
		this.#person = person;
		this.#visitor = visitor;
		this.#random = random;
		this.#emit = emit;
		if (person.isRegistered && visitor.userId === '' && random() < signInProbability)
			visitor.userId = person.customerId;
		const entering: Shopper = { ...outside, cartItems: visitor.cartItems };
		this.#next = step(entering, random);
	}

	/**
	 * Performs the next action.
	 *
	 * @param atMs time of the action, ms since 1970; a click that leads to it is one second earlier
	 * @returns time until the next action, ms; undefined at the end of the visit
	 */
	act(atMs: number): number | undefined {
		const { action } = this.#next;
		if (action.kind !== 'enter' && action.kind !== 'go') return undefined;
		if (action.kind === 'go') this.#leavePage(action.page, atMs - clickMs);
		this.#arrive(action.page);
		if (this.#options.orders && action.kind === 'enter') this.#refund(atMs);
		const afterView = step(this.#next.shopper, this.#random);
		const added = afterView.action.kind === 'add-to-cart';
		this.#look(atMs, afterView.action);
		if (this.#options.orders && action.page === '/cart/checkout') this.#order(atMs);
		this.#next = added ? step(afterView.shopper, this.#random) : afterView;
		if (this.#next.action.kind === 'leave') this.#visitor.visits++;
		return this.#gapMs();
	}

	/** Gaps are whole seconds, so that the times of a visit have the same fraction and histories compress well. */
	#gapMs(): number {
		const gapMs = this.#options.actionGapMsMin * (1 - 0.5 * exactLog(1 - this.#random()));
		return 1_000 * Math.ceil((this.#person.isBot ? gapMs / botSpeed : gapMs) / 1_000);
	}

	/** Emits the click that leads to the next page. */
	#leavePage(to: ShopPage, atMs: number): void {
		const page = this.#page as CrowdPage;
		const product = productOn(to);
		const isCheckout = to === '/cart/checkout';
		const event: CrowdEvent = {
			atMs,
			name: 'click',
			obj: isCheckout ? 'button' : 'url',
			objId: isCheckout ? 'checkout' : to,
			productId: product?.id ?? 0,
			amount: isCheckout ? this.#visitor.cartTotal : (product?.price ?? 0),
		};
		this.#emit({ page, sequence: sequences.click, sentAtMs: atMs, events: [event] });
	}

	#arrive(path: ShopPage): void {
		const { origin } = this.#options;
		const visitor = this.#visitor;
		const from = this.#path;
		const source =
			from === undefined ? pickWeighted(visitor.visits === 0 ? firstSources : laterSources, this.#random) : undefined;
		this.#page = {
			person: this.#person,
			visitor,
			stream: visitor.nextStream++,
			url: addressOf(origin, path, source?.query ?? ''),
			title: pageFaces[path].title,
			referrer: source === undefined ? (from as string) : source.referrer,
			userId: visitor.userId,
		};
		this.#path = path;
		if (path === '/registration' && visitor.userId === '' && this.#random() < registerProbability) this.#register();
	}

	/** Registers the person. The customer id is part of the events from the next page on. */
	#register(): void {
		this.#person.isRegistered = true;
		this.#visitor.userId = this.#person.customerId;
	}

	/** Emits the view of the new page, and the click that adds its product to the cart. */
	#look(atMs: number, then: Action): void {
		const path = this.#path as ShopPage;
		const visitor = this.#visitor;
		const product = productOn(path);
		const isTotal = path === '/cart' || path === '/cart/checkout';
		const view: CrowdEvent = {
			atMs,
			name: 'view',
			obj: 'page',
			objId: pageFaces[path].kind,
			productId: product?.id ?? 0,
			amount: isTotal ? visitor.cartTotal : (product?.price ?? 0),
		};
		const events = [view];
		if (product && then.kind === 'add-to-cart') {
			events.push({ ...view, atMs: atMs + clickMs, name: 'click', obj: 'button', objId: 'add_to_cart' });
			visitor.cartItems++;
			visitor.cartTotal += product.price;
			if (this.#options.orders) visitor.cart = [...visitor.cart, product];
		} else if (path === '/cart/checkout') {
			visitor.cartItems = 0;
			visitor.cartTotal = 0;
		}
		const sentAtMs = (events[events.length - 1] as CrowdEvent).atMs;
		this.#emit({ page: this.#page as CrowdPage, sequence: sequences.view, sentAtMs, events });
	}

	/** Emits a refund of the latest order, of some of the customers who return. */
	#refund(atMs: number): void {
		const visitor = this.#visitor;
		const page = this.#page as CrowdPage;
		const refund = visitor.latestOrder && refundOf(visitor.latestOrder, page.stream);
		visitor.latestOrder = undefined;
		if (refund) this.#report(page, 'refund', atMs, refund);
	}

	/** Emits the order of the cart. A bot clicks through the shop, and pays nothing. */
	#order(atMs: number): void {
		const visitor = this.#visitor;
		const { cart } = visitor;
		if (cart.length === 0) return;
		visitor.cart = [];
		if (this.#person.isBot) return;
		const page = this.#page as CrowdPage;
		visitor.latestOrder = orderOf(page.stream, this.#person.place.country, cart);
		this.#report(page, 'order', atMs, visitor.latestOrder);
	}

	#report(page: CrowdPage, name: 'order' | 'refund', atMs: number, { amount, order }: PricedOrder): void {
		const event: CrowdEvent = { atMs, name, obj: '', objId: '', productId: 0, amount, order };
		this.#emit({ page, sequence: sequences[name], sentAtMs: atMs, events: [event] });
	}
}
