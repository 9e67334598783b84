import fc from 'fast-check';
import { idOf } from './raw-events.js';
import { type Receipt, sessionGapMs } from './recount.js';

/** Gaps between two events: at the session gap and a millisecond beside it, across midnights, days and months. */
const gapMs = fc.oneof(
	{ weight: 3, arbitrary: fc.constantFrom(1_200_000, sessionGapMs - 1, sessionGapMs, sessionGapMs + 1) },
	{ weight: 3, arbitrary: fc.integer({ min: 0, max: 120_000 }) },
	// Events of the same moment are ordered only by their ids.
	{ weight: 1, arbitrary: fc.constant(0) },
	{
		weight: 2,
		arbitrary: fc.constantFrom(
			0,
			86_400_000,
			6 * 86_400_000,
			7 * 86_400_000,
			29 * 86_400_000,
			30 * 86_400_000,
			31 * 86_400_000,
		),
	},
	{ weight: 1, arbitrary: fc.integer({ min: 0, max: 28 * 86_400_000 }) },
);
const what = fc.oneof(
	// Often enough for every order of these events, also at the same moment.
	{
		weight: 4,
		arbitrary: fc.constantFrom(
			['view', 'page', 'product'],
			['click', 'button', 'add_to_cart'],
			['click', 'button', 'checkout'],
		),
	},
	// Often enough for quantiles.
	{
		weight: 2,
		arbitrary: fc.constantFrom(['vital', '', 'LCP'], ['vital', '', 'LCP'], ['vital', '', 'CLS'], ['vital', '', 'mine']),
	},
	{ weight: 2, arbitrary: fc.constantFrom(['order', '', ''], ['order', '', ''], ['refund', '', '']) },
	{
		weight: 3,
		arbitrary: fc.constantFrom(
			['view', 'page', 'main'],
			['view', 'banner', 'product'],
			['view', 'product', 'product'],
			['click', 'button', 'view_page'],
			['click', 'url', 'checkout'],
			['signup', '', ''],
			['leave', 'page', 'main'],
			// Names in which a text of another event may be found.
			['sign', 'up', ''],
			['download', 'url', 'https://shop.test/größe.pdf'],
			['impression', 'product', '7'],
			['impression', 'product', '12'],
			['impression', 'banner', '7'],
		),
	},
);
/** Few ids, so that reports from every sender are of the same order. Two of them differ only in case. */
const order = fc.record({
	orderId: fc.constantFrom('A-1', 'A-1', 'a-1', 'B-2', 'B-2', ''),
	refundId: fc.constantFrom('', 'r1', 'r1', 'r2'),
	currency: fc.constantFrom('EUR', 'EUR', 'EUR', 'JPY', ''),
	cents: fc.constantFrom(0, 1_999, 1_999, 5_000, 700, 300, -300, 100_000_000_000, 100_000_000_001),
	extraCents: fc.constantFrom(
		[0, 0, 0] as const,
		[319, 0, 0] as const,
		[100, 490, 200] as const,
		[0, 0, 100_000_000_001] as const,
	),
	coupon: fc.constantFrom('', 'SPRING'),
	items: fc.constantFrom(
		[],
		[{ productId: 'SKU-1', name: 'n', cents: 950, quantity: 2 }],
		[
			{ productId: 'SKU-1', name: 'n', cents: 950, quantity: 2 },
			{ productId: '', name: 'm', cents: 99, quantity: 1 },
		],
		[{ productId: 'SKU-1', name: 'n', cents: 100_000_000_000, quantity: 2 }],
		[{ productId: 'SKU-2', name: 'n', cents: 0, quantity: 2 ** 32 - 1 }],
	),
	/** Whether the second receipt of the event tells of another order, or of none. */
	again: fc.constantFrom('same', 'other', 'none'),
});
const step = fc.record({
	order,
	gapMs,
	what,
	// Some values are not valid prices.
	cents: fc.integer({ min: 0, max: 100_000 }).map((n) => (n % 50 === 0 ? 100_000_000_001 : n)),
	// Numbers, ids that are no numbers although they look like some, other scripts, and an id of the greatest length.
	productId: fc.constantFrom('', '', '7', '7', '12', '007', 'SKU-1', 'sku-1', 'größe 38', '靴', '👟'.repeat(64)),
	value: fc.oneof(
		{ weight: 6, arbitrary: fc.integer({ min: 0, max: 4_000 }).map((n) => n / 4) },
		{ weight: 1, arbitrary: fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -1, 600_000, 600_001, 100, 101) },
	),
	// Three pages in plain form, one in two forms, one whose escapes stay, and the page of an address without a path.
	path: fc.constantFrom('/main', '/catalog', '/cart', '/caf%C3%A9', '/c%61f%c3%a9', '/%2f%E2%80%AE%ff', ''),
	urlQuery: fc.constantFrom(
		'',
		'?utm_source=news',
		'?utm_medium=e-mail&utm_campaign=a+b%26c&utm_source=shop&utm_term=t&utm_content=c',
	),
	userId: fc.constantFrom('', '', 'u1', 'u2'),
	referrer: fc.constantFrom('', '/main', 'https://search.example/?q=1', 'https://other.example/'),
	isBot: fc.integer({ min: 0, max: 30 }).map((n) => n === 0),
	/** Index of the variant that the event tells of; none from the end of the list on. */
	variantIndex: fc.integer({ min: 0, max: 5 }),
	source: fc.constantFrom('page' as const, 'page' as const, 'server' as const, 'import' as const),
	// A property and an experiment of one name, and values that are the same but for their case or their end.
	props: fc.constantFrom(
		{},
		{},
		{ plan: 'pro' },
		{ plan: 'free' },
		{ plan: 'Pro', size: '靴' },
		{ plan: '', value2: '1' },
		{ plan: `${'👟'.repeat(250)}a` },
		{ plan: `${'👟'.repeat(250)}b` },
	),
	exp: fc.constantFrom({}, {}, { price: 'a' }, { price: 'b' }, { plan: 'pro' }),
	/** Time after which a second receipt with other content arrives, milliseconds; null for none. */
	again: fc.option(fc.integer({ min: 1, max: 40 * 86_400_000 }), { freq: 3 }),
	/**
	 * Time from the event to its receipt, milliseconds. Negative when the page's clock is ahead: within the tolerance,
	 * and beyond it.
	 */
	underWayMs: fc.integer({ min: 0, max: 29 }).map((n) => [-3_600_001, -86_400_000, -86_400_001][n] ?? 500),
	/** An invalid timestamp, milliseconds since 1970; null for a valid one. */
	invalidTimeMs: fc.integer({ min: 0, max: 99 }).map((n) => (n === 0 ? 0 : n === 1 ? Date.UTC(2030, 0, 1) : null)),
});
/** Variants of a visitor by the events that tell of them. An empty one is none; two differ only beyond their bound. */
const variants = fc.constantFrom(
	['a'],
	['b', '', 'b'],
	['b', 'b', 'b', 'b'],
	['', 'a', 'b'],
	[`${'👟'.repeat(100)}a`, `${'👟'.repeat(100)}b`],
);
const visitorPath = fc.record({
	site: fc.constantFrom('shop', 'blog'),
	visitor: fc.constantFrom(0, 1, 2, 3, 9_007_199_254_740_991, 9_007_199_254_740_994),
	startMs: fc.oneof(
		fc.integer({ min: Date.UTC(2026, 0, 30, 23, 50), max: Date.UTC(2026, 1, 2) }),
		// Before midnight, so that a session of some minutes crosses it.
		fc.integer({ min: Date.UTC(2026, 0, 31, 23, 30), max: Date.UTC(2026, 0, 31, 23, 59, 59) }),
	),
	steps: fc.array(step, { minLength: 1, maxLength: 25 }),
	variants,
	/** Number of pings of a page that stays open, one each session gap: a session of up to three days. */
	pings: fc.integer({ min: -700, max: 120 }).map((n) => Math.max(0, n)),
	/** Number of page views and clicks after the others, more than a session keeps of them in order. */
	strolls: fc.integer({ min: -600, max: 130 }).map((n) => Math.max(0, n)),
	/** Whether some events have a second receipt. Runs carry over the visits of visitors without any. */
	isDoubled: fc.boolean(),
	/** Time after which the same visitor does the same on the other site, milliseconds: the sessions must not touch. */
	twinAfterMs: fc.option(fc.integer({ min: 1, max: 3_600_000 }), { freq: 2 }),
});
/** Often so low that a run takes earlier ones over, which it does otherwise only after sixteen runs. */
const seenRunsMax = fc.constantFrom(2, 4, 16);
/**
 * An event between two inserts: a run, a run that dies at a statement, a merge of raw, garbage collection, or a change
 * of own models.
 */
const happening = fc.oneof(
	// Sometimes statements get few events, as after one did not fit in memory.
	{
		weight: 3,
		arbitrary: fc.record({
			kind: fc.constant('run' as const),
			share: fc.constantFrom(1, 1, 1 / 160_000),
			seenRunsMax,
		}),
	},
	{
		weight: 2,
		arbitrary: fc.record({
			kind: fc.constant('die' as const),
			// An own model is computed after some fifty statements of the others.
			statement: fc.integer({ min: 1, max: 120 }),
			// Two slices of visitors are computed at the same time.
			share: fc.constantFrom(1, 1 / 160_000),
			seenRunsMax,
		}),
	},
	{ weight: 1, arbitrary: fc.constant({ kind: 'merge' as const }) },
	{ weight: 1, arbitrary: fc.constant({ kind: 'collect' as const }) },
	// The files of own models change, are removed, or get a fault.
	{
		weight: 1,
		arbitrary: fc.record({
			kind: fc.constant('change' as const),
			own: fc.constantFrom('sound', 'other', 'few', 'broken'),
		}),
	},
);

/** Receipts of some visitors in the order of arrival, and what happens between the inserts. */
export const histories = fc
	.array(visitorPath, { minLength: 1, maxLength: 6 })
	.map((paths) =>
		paths.flatMap((path, p) => [...receiptsOf(path, p * 1_000), ...twinReceiptsOf(path, p * 1_000 + 500)]),
	)
	.chain((receipts) =>
		fc.record({
			receipts: fc.oneof(
				fc.shuffledSubarray(receipts, { minLength: receipts.length }),
				// The usual order, in which runs continue where the last one ended.
				fc.constant([...receipts].sort((a, b) => a.receivedMs - b.receivedMs)),
			),
			happenings: fc.array(fc.array(happening, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 5 }),
		}),
	);

export type History = typeof histories extends fc.Arbitrary<infer T> ? T : never;

/** Ids must not grow with time, or an order by id would pass for one by time. A permutation of 0…25. */
const scatter = (i: number) => (i * 7) % 26;

type Path = typeof visitorPath extends fc.Arbitrary<infer T> ? T : never;

function twinReceiptsOf(path: Path, firstId: number): Receipt[] {
	if (path.twinAfterMs === null) return [];
	const site = path.site === 'shop' ? 'blog' : 'shop';
	return receiptsOf({ ...path, site, startMs: path.startMs + path.twinAfterMs }, firstId);
}

function receiptsOf(path: Path, firstId: number): Receipt[] {
	const visited = receiptsOfSteps(path, firstId);
	const last = visited.at(-1) as Receipt;
	const pings = Array.from({ length: path.pings }, (_, i) => {
		const tsMs = last.tsMs + (i + 1) * sessionGapMs;
		return {
			...last,
			id: idOf(firstId + 100 + i),
			tsMs,
			receivedMs: tsMs + 500,
			name: 'leave',
			obj: 'page',
			objId: '',
		};
	});
	return [...visited, ...strollsOf(path, firstId + 300, last), ...pings];
}

/** Some kinds of steps, of which two that follow each other are often equal, and a click is named like a page. */
const strolled = [
	['view', 'page', 'main', '/main'],
	['click', 'button', '/main', '/main'],
	['click', 'button', '/main', '/catalog'],
	['view', 'page', 'main', '/catalog'],
	['view', 'page', 'other', '/catalog'],
] as const;

/** Page views and clicks, two at each moment, of which the second has the smaller id. */
function strollsOf(path: Path, firstId: number, last: Receipt): Receipt[] {
	return Array.from({ length: path.strolls }, (_, i) => {
		const [name, obj, objId, page] = strolled[(i * 7 + (i >> 3)) % strolled.length] as (typeof strolled)[number];
		const tsMs = last.tsMs + ((i >> 1) + 1) * 20_000;
		return { ...last, id: idOf(firstId + (i ^ 1)), tsMs, receivedMs: tsMs + 500, name, obj, objId, path: page };
	});
}

function receiptsOfSteps({ site, visitor, startMs, steps, variants, isDoubled }: Path, firstId: number): Receipt[] {
	let tsMs = startMs;
	return steps.flatMap((s, i) => {
		tsMs += s.gapMs;
		const [name = '', obj = '', objId = ''] = s.what;
		const { path, urlQuery, userId, referrer, isBot, source, productId, value, props, exp } = s;
		const isOrder = name === 'order' || name === 'refund';
		const { again: _, cents: charged, ...order } = s.order;
		const cents = isOrder ? charged : s.cents;
		const event = {
			...order,
			site,
			visitor,
			id: idOf(firstId + scatter(i)),
			tsMs: s.invalidTimeMs ?? tsMs,
			receivedMs: tsMs + s.underWayMs,
			name,
			obj,
			objId,
			cents,
			host: `${site}.test`,
			path,
			urlQuery,
			userId,
			referrer,
			browser: `browser ${i % 3}`,
			os: `os ${i % 4}`,
			device: i % 2 ? 'mobile' : 'desktop',
			country: i % 5 ? 'DE' : '',
			isBot,
			source,
			productId,
			value,
			props,
			exp: { ...exp, ...expOf(variants[s.variantIndex]) },
		};
		if (!isDoubled || s.again === null) return [event];
		return [
			event,
			{
				...event,
				receivedMs: event.receivedMs + s.again,
				tsMs: event.tsMs + 7_200_000,
				cents: cents + 1,
				objId: 'other',
				exp: { price: 'c' },
				...(isOrder ? againOf(s.order.again) : {}),
				// A receipt that does not count may tell of an order.
				...(name === 'signup' ? { name: 'order' } : {}),
			},
		];
	});
}

const expOf = (price: string | undefined): Record<string, string> => (price === undefined ? {} : { price });

/** The differences of the second receipt of an order or a refund, besides other times and amounts. */
const againOf = (again: string) =>
	again === 'other' ? { orderId: 'B-2' } : again === 'none' ? { name: 'signup' } : {};
