import { createRandom } from '@footfall/random';
import { describe, expect, it } from 'vitest';
import { products } from '../products.js';
import { expectShares } from '../testing/expect-shares.js';
import { type Action, outside, type Shopper, step } from './shopper.js';
import { shopPages, starts, ways } from './transition-table.js';

interface Walked {
	before: Shopper;
	action: Action;
}

function walk(seed: number, steps: number): Walked[] {
	const random = createRandom(seed);
	const walked: Walked[] = [];
	let shopper = outside;
	for (let n = 0; n < steps; n += 1) {
		const taken = step(shopper, random);
		walked.push({ before: shopper, action: taken.action });
		shopper = taken.shopper;
	}
	return walked;
}

function count(actions: readonly Action[]): Map<string, number> {
	const seen = new Map<string, number>();
	for (const action of actions) {
		const cell = 'page' in action ? action.page : action.kind;
		seen.set(cell, (seen.get(cell) ?? 0) + 1);
	}
	return seen;
}

const walked = walk(7, 400_000);

describe('a shopper', () => {
	it('starts visits on each page with the probability on the diagonal of the table', () => {
		const entries = walked.map(({ action }) => action).filter(({ kind }) => kind === 'enter');
		expectShares(count(entries), new Map(starts.map(({ page, percent }) => [page, percent])));
	});

	it.each(
		shopPages.flatMap((page) => [
			{ page, cart: 'something in the cart' },
			{ page, cart: 'an empty cart' },
		]),
	)('continues from $page with $cart by the probabilities of the table', ({ page, cart }) => {
		const empty = cart === 'an empty cart';
		const moves = walked
			.filter(({ before }) => before.page === page && before.cartItems > 0 === !empty)
			.map(({ action }) => action)
			.filter(({ kind }) => kind !== 'add-to-cart');
		if (page === '/cart/checkout') {
			expect(moves.every(({ kind }) => kind === 'leave')).toBe(true);
			return;
		}
		const expected = new Map<string, number>();
		for (const way of ways(page)) if (!empty || way.page !== '/cart/checkout') expected.set(way.page, way.percent);
		expected.set('leave', 100 - [...expected.values()].reduce((sum, n) => sum + n, 0));
		expectShares(count(moves), expected);
	});

	it.each(products)('puts $name in the cart with its probability per view', (product) => {
		const views = walked.filter(({ before }) => before.considering && before.page?.endsWith(`/${product.id}`));
		const added = views.filter(({ action }) => action.kind === 'add-to-cart').length;
		const p = product.addToCartProbability;
		const deviation = Math.sqrt(views.length * p * (1 - p));
		expect(Math.abs(added - views.length * p)).toBeLessThan(3.3 * deviation);
	});

	it('decides about a product once per view', () => {
		const doubled = walked.filter(
			({ action }, n) => action.kind === 'add-to-cart' && walked[n + 1]?.action.kind === 'add-to-cart',
		);
		expect(doubled).toEqual([]);
	});

	it('checks out only with an item in the cart, and empties the cart', () => {
		const checkouts = walked.filter(({ action }) => action.kind === 'go' && action.page === '/cart/checkout');
		expect(checkouts.length).toBeGreaterThan(100);
		expect(checkouts.filter(({ before }) => before.cartItems === 0)).toEqual([]);
		const after = walked.filter(({ before }) => before.page === '/cart/checkout');
		expect(after.filter(({ before }) => before.cartItems !== 0)).toEqual([]);
	});

	it('takes the same path with the same seed, and another with another seed', () => {
		expect(walk(42, 2000)).toEqual(walk(42, 2000));
		expect(walk(42, 2000)).not.toEqual(walk(43, 2000));
	});
});
