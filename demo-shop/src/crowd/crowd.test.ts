import { createHash } from 'node:crypto';
import { createRandom } from '@footfall/random';
import { describe, expect, it } from 'vitest';
import { products } from '../products.js';
import { type ShopPage, shopPages, starts, ways } from '../shoppers/transition-table.js';
import { expectShares } from '../testing/expect-shares.js';
import type { CrowdBatch } from './batch.js';
import { Crowd } from './crowd.js';
import { busyness, dayMs, fromShopTime, toShopTime } from './day-clock.js';
import { receipts } from './deliveries.js';
import { lifeLaws, planVisits } from './life.js';
import { type CrowdOptions, crowdDefaults } from './options.js';
import { drawPerson, ownRandom, type Person } from './person.js';

function play(options: Partial<CrowdOptions>, days = 1, firstDay = 20_000): CrowdBatch[] {
	const crowd = new Crowd({ ...crowdDefaults, ...options });
	const batches: CrowdBatch[] = [];
	for (let day = firstDay; day < firstDay + days; day++) crowd.playDay(day, (batch) => batches.push(batch));
	return batches;
}

function countOf(keys: Iterable<string>): Map<string, number> {
	const counts = new Map<string, number>();
	for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
	return counts;
}

function groupBy<T, Key>(items: Iterable<T>, keyOf: (item: T) => Key): Map<Key, T[]> {
	const groups = new Map<Key, T[]>();
	for (const item of items) {
		const key = keyOf(item);
		const group = groups.get(key);
		if (group) group.push(item);
		else groups.set(key, [item]);
	}
	return groups;
}

const batches = play({ dailyActiveUsers: 30_000 });
const events = batches.flatMap((batch) => batch.events);
const pathOf = ({ page }: CrowdBatch) => new URL(page.url).pathname as ShopPage;
/** The page, the view and the next page of each page load. */
const loads = [...groupBy(batches, ({ page }) => page.stream).values()].map((batchesOfLoad) => {
	const [arrival, departure] = batchesOfLoad as [CrowdBatch, CrowdBatch?];
	const clicked = departure?.events[0]?.objId;
	return { arrival, path: pathOf(arrival), to: clicked === 'checkout' ? '/cart/checkout' : (clicked ?? 'leave') };
});

describe('the behaviour of a crowd', () => {
	it('starts visits on pages by the probabilities of the table', () => {
		const entries = loads.filter(({ arrival }) => !arrival.page.referrer.startsWith('/'));
		expectShares(countOf(entries.map(({ path }) => path)), new Map(starts.map(({ page, percent }) => [page, percent])));
	});

	it.each(shopPages.filter((page) => page !== '/cart/checkout'))(
		'continues from %s by the probabilities of the table',
		(from) => {
			const left = loads.filter(
				({ path, arrival }) => path === from && (from !== '/cart' || arrival.events[0]?.amount),
			);
			const expected = new Map<string, number>(ways(from).map(({ page, percent }) => [page, percent]));
			if (from !== '/cart') expected.delete('/cart/checkout');
			expected.set('leave', 100 - [...expected.values()].reduce((sum, n) => sum + n, 0));
			expectShares(countOf(left.map(({ to }) => to)), expected);
		},
	);

	it.each(products)('puts $name in the cart with its probability per view', ({ id, addToCartProbability: p }) => {
		const views = loads.filter(({ path }) => path === `/catalog/product/${id}`);
		const seen = countOf(views.map(({ arrival }) => (arrival.events.length === 2 ? 'added' : 'only looked')));
		expectShares(seen, new Map(Object.entries({ added: p, 'only looked': 1 - p })));
	});

	it('checks out the content of the cart, with its total', () => {
		const orders = loads.filter(({ path }) => path === '/cart/checkout');
		expect(orders.length).toBeGreaterThan(100);
		const carts = new Map(
			loads.filter(({ to }) => to === '/cart/checkout').map((load) => [load.arrival.page.stream, load]),
		);
		for (const { arrival } of orders) {
			const total = arrival.events[0]?.amount as number;
			expect(total).toBeGreaterThan(0);
			expect(carts.get(arrival.page.stream - 1)?.arrival.events[0]?.amount).toBe(total);
		}
	});

	it('clicks one second before a view, adds to the cart one second after it, and waits 50 seconds between actions', () => {
		for (const { arrival } of loads.slice(0, 5_000)) {
			const [view, added] = arrival.events;
			if (added) expect(added.atMs - (view?.atMs ?? 0)).toBe(1_000);
		}
		const batchesByVisitor = groupBy(batches.slice(0, 20_000), ({ page }) => page.visitor.id);
		for (const [, own] of batchesByVisitor) {
			const person = own[0]?.page.person;
			const views = own.flatMap(({ events: [first] }) => (first?.name === 'view' ? [first.atMs] : []));
			const gaps = views.slice(1).map((atMs, n) => atMs - (views[n] as number));
			if (!person?.isBot) expect(Math.min(50_000, ...gaps)).toBe(50_000);
			const all = own.flatMap((batch) => batch.events.map(({ atMs }) => atMs));
			expect(all).toEqual(all.toSorted((a, b) => a - b));
		}
	});

	it('gives every event a unique idempotency key', () => {
		const ids = new Set(batches.map(({ page, sequence }) => `${page.visitor.id} ${page.stream} ${sequence}`));
		expect(ids.size).toBe(batches.length);
		expect(Math.max(...loads.slice(0, 1_000).map(({ arrival }) => arrival.page.stream))).toBeLessThan(2 ** 53);
	});

	it('has bots, campaigns, countries, experiments, and customers with several devices', () => {
		const people = [...new Set(batches.map(({ page }) => page.person))];
		expect(people.filter(({ isBot }) => isBot).length / people.length).toBeCloseTo(0.02, 2);
		expect(new Set(people.map(({ place }) => place.country)).size).toBe(12);
		expect(new Set(people.map(({ cartStyle }) => cartStyle))).toEqual(new Set(['default', 'compact']));
		expect(
			batches.some(
				({ page }) => page.url.includes('utm_campaign=newsletter') || page.url.includes('utm_source=newsletter'),
			),
		).toBe(true);
		const browsers = groupBy(
			batches.filter(({ page }) => page.userId !== ''),
			({ page }) => page.userId,
		);
		const several = [...browsers.values()].filter((own) => new Set(own.map(({ page }) => page.visitor.id)).size > 1);
		expect(several.length).toBeGreaterThan(3);
	});
});

describe('the times of a crowd', () => {
	it('follow the sine of the day', () => {
		const arrivals = groupBy(batches, ({ page }) => page.person).values();
		const hours = [...arrivals].flatMap(([first]) =>
			first && !first.page.person.isBot ? [new Date(first.sentAtMs).getUTCHours()] : [],
		);
		const hour = (h: number) => {
			let sum = 0;
			for (let minute = 0; minute < 60; minute++) sum += 1 + 0.8 * Math.sin((2 * Math.PI * (h - 8 + minute / 60)) / 24);
			return sum;
		};
		expectShares(countOf(hours.map(String)), new Map(Array.from({ length: 24 }, (_, h) => [String(h), hour(h)])));
	});

	it('have Poisson arrivals on the clock of the shop', () => {
		const crowd = new Crowd({ ...crowdDefaults, dailyActiveUsers: 30_000, botShare: 0 });
		const meanMs = dayMs / crowd.arrivalsPerDay;
		const arrivals: number[] = [];
		for (let day = 20_000; day < 20_004; day++) {
			const known = new Set<Person>();
			crowd.playDay(day, ({ page, events: [first] }) => {
				if (!known.has(page.person)) arrivals.push(toShopTime(first?.atMs as number));
				known.add(page.person);
			});
		}
		const gaps = arrivals.slice(1).map((atMs, n) => atMs - (arrivals[n] as number));
		const tenth = (gapMs: number) => String(Math.floor(10 * (1 - Math.exp(-gapMs / meanMs))));
		expectShares(countOf(gaps.map(tenth)), new Map(Array.from({ length: 10 }, (_, n) => [String(n), 1])));
	});

	it('are converted to the clock of the shop and back', () => {
		expect(busyness(14 * 60)).toBeCloseTo(1.8, 10);
		expect(busyness(2 * 60)).toBeCloseTo(0.2, 10);
		for (let n = 0; n < 1_000; n++) {
			const atMs = 20_000 * dayMs + n * 123_457;
			expect(Math.abs(fromShopTime(toShopTime(atMs)) - atMs)).toBeLessThanOrEqual(1);
		}
	});

	it.each([
		{ what: 'lifetimes', shape: 3, mean: 13 * 3_600_000, factorial: 0.892_979_511_569 },
		{ what: 'returns', shape: 2, mean: dayMs / 0.85, factorial: 0.886_226_925_453 },
	])('$what are Weibull of shape $shape', ({ what, shape, mean, factorial }) => {
		// Frequent visits show the end of a lifetime, and long lifetimes show the time between visits.
		const extreme = what === 'lifetimes' ? { visitsPerDay: 4_000 } : { lifetimeMeanMs: 400 * dayMs };
		const options = { ...crowdDefaults, ...extreme, severalDevicesShare: 0 };
		const laws = lifeLaws(options);
		const random = createRandom(11);
		const times: number[] = [];
		while (times.length < (what === 'lifetimes' ? 3_000 : 20_000)) {
			const own = ownRandom(random);
			const person = drawPerson(options, false, own);
			const visits = [...planVisits(laws, person, 20_000 * dayMs, own)].map(({ startMs }) => startMs);
			if (what === 'lifetimes') times.push((visits.at(-1) as number) - 20_000 * dayMs);
			else times.push(...visits.slice(1).map((atMs, n) => toShopTime(atMs) - toShopTime(visits[n] as number)));
		}
		const scale = mean / factorial;
		const tenth = (time: number) => String(Math.floor(10 * (1 - Math.exp(-((time / scale) ** shape)))));
		expectShares(countOf(times.map(tenth)), new Map(Array.from({ length: 10 }, (_, n) => [String(n), 1])));
	});

	it.each([13 * 3_600_000, 20 * dayMs])(
		'have the given number of active visitors a day, at lifetimes of %s ms',
		(lifetimeMeanMs) => {
			const options = { ...crowdDefaults, dailyActiveUsers: 600, lifetimeMeanMs };
			const { memoryDays } = new Crowd(options);
			const from = 20_000 + memoryDays;
			const active = new Set<string>();
			for (const { page, events: own } of play(options, memoryDays + 10)) {
				if (page.person.isBot) continue;
				for (const { atMs } of own) active.add(`${Math.floor(atMs / dayMs)} ${page.visitor.id}`);
			}
			const inTenDays = [...active].filter(
				(key) => Number(key.split(' ')[0]) >= from && Number(key.split(' ')[0]) < from + 10,
			);
			expect(inTenDays.length / 10 / 600).toBeGreaterThan(0.94);
			expect(inTenDays.length / 10 / 600).toBeLessThan(1.06);
		},
	);
});

describe('a seed', () => {
	const digest = (options: Partial<CrowdOptions>, firstDay = 20_000) => {
		const hash = createHash('sha256');
		for (const batch of play(options, 3, firstDay)) {
			const { page, ...rest } = batch;
			const { person, visitor, ...pageFields } = page;
			hash.update(
				JSON.stringify([pageFields, rest, visitor.id, visitor.profile.index, person.place, person.cartStyle]),
			);
			hash.update(JSON.stringify(receipts({ ...crowdDefaults, ...options }, batch)));
		}
		return hash.digest('hex').slice(0, 16);
	};

	it('yields the same crowd on every machine', () => {
		expect(digest({ lateShare: 0.1, duplicateShare: 0.1 })).toBe('aea68a18fa4e416a');
	});

	it('yields another crowd than another seed, and different days', () => {
		expect(new Set([digest({}), digest({ seed: 2 }), digest({}, 20_003)]).size).toBe(3);
	});

	it('delays and duplicates batches by the given shares, and does not change the events', () => {
		const options = { ...crowdDefaults, lateShare: 0.1, duplicateShare: 0.05 };
		const received = batches.map((batch) => ({ batch, atMs: receipts(options, batch) }));
		const share = (matches: (one: (typeof received)[number]) => boolean) =>
			received.filter(matches).length / received.length;
		expect(share(({ atMs }) => atMs.length === 2)).toBeCloseTo(0.05, 2);
		expect(share(({ batch, atMs }) => (atMs[0] as number) - batch.sentAtMs > 5_000)).toBeCloseTo(0.1, 2);
		expect(share(({ batch, atMs }) => (atMs[0] as number) < batch.sentAtMs)).toBe(0);
		expect(events.length).toBe(play({ ...options, dailyActiveUsers: 30_000 }).flatMap((batch) => batch.events).length);
	});
});

describe('the orders of a crowd', () => {
	const traded = play({ dailyActiveUsers: 700, lifetimeMeanMs: 20 * dayMs, orders: true }, 20);
	const isTrade = ({ events: [event] }: CrowdBatch) => event?.order !== undefined;
	const ordered = traded.flatMap(({ page, events }) => events.map((event) => ({ ...event, page })));
	const named = (name: string) => ordered.filter((event) => event.name === name);

	it('leave all other events as they are', () => {
		const plain = play({ dailyActiveUsers: 700, lifetimeMeanMs: 20 * dayMs }, 20);
		const shown = (list: readonly CrowdBatch[]) =>
			list.map(({ page: { stream, visitor }, sequence, events: own }) => [stream, visitor.id, sequence, own]);
		expect(shown(traded.filter((batch) => !isTrade(batch)))).toEqual(shown(plain));
		expect(plain.some(isTrade)).toBe(false);
	});

	it('are one for every checkout of a person, with the items and the prices of the cart', () => {
		const checkouts = ordered.filter(
			({ objId, page }) => objId === 'checkout' && page.url.endsWith('/cart') && !page.person.isBot,
		);
		expect(named('order').length).toBe(checkouts.length);
		expect(checkouts.length).toBeGreaterThan(300);
		const addsUp = (currency: string) =>
			named('order')
				.filter(({ order }) => order?.currency === currency && order.discount === 0 && order.shipping === 0)
				.every(
					({ amount, order }) =>
						order?.items.reduce((sum, { price, quantity }) => sum + price * quantity, 0) === amount,
				);
		expect(['EUR', 'GBP', 'USD'].map(addsUp)).toEqual([true, true, true]);
		const inEuros = named('order').filter(({ order }) => order?.currency === 'EUR');
		const listed = inEuros
			.flatMap(({ order }) => order?.items ?? [])
			.map(({ productId, price }) => `${productId} ${price}`);
		expect(new Set(listed)).toEqual(new Set(products.map(({ id, price }) => `${id} ${price}`)));
	});

	it('are refunded by some of the customers who return, in part or as a whole, and once', () => {
		const refunds = named('refund');
		const orders = new Map(named('order').map((event) => [event.order?.orderId, event]));
		expect(refunds.length).toBeGreaterThan(10);
		expect(new Set(refunds.map(({ order }) => order?.refundId)).size).toBe(refunds.length);
		const shares = refunds.map(({ amount, atMs, order }) => {
			const refunded = orders.get(order?.orderId);
			expect(refunded?.atMs).toBeLessThan(atMs);
			return amount / (refunded?.amount ?? 0);
		});
		expect(shares.every((share) => share > 0 && share <= 1)).toBe(true);
		expect(shares.some((share) => share === 1)).toBe(true);
	});
});
