import {
	type Crowd,
	type CrowdBatch,
	type CrowdOptions,
	dayMs,
	drawPerson,
	ownRandom,
	type Person,
	receipts,
	Visit,
} from '@footfall/demo-shop/crowd';
import { createRandom, type Random } from '@footfall/random';

/** Somebody who does one thing after another. */
export interface Actor {
	/** What happens next, which may be nothing yet; undefined when nothing will any more. @param nowMs since 1970 */
	next(nowMs: number): readonly CrowdBatch[] | undefined;
}

/** How often somebody who has left comes back at once, rather than somebody else in their place. */
const returnProbability = 0.4;
/** A view waits so long for company before it is sent, as in a page whose tracker is left to its default. */
const viewWaitMs = 1_000;
/** What is longer on its way is late. */
const punctualMsMax = 1_000;

/** One place in the shop, where one person shops after the other, for ever. */
export class PresentShopper implements Actor {
	readonly #options: CrowdOptions;
	readonly #random: Random;
	readonly #run: number;
	#person: Person | undefined;
	#visit: Visit | undefined;
	/** What was seen last, until it is left. */
	#seen: CrowdBatch | undefined;
	/** What it was left with. */
	#clicked: CrowdBatch | undefined;
	#lastAtMs = 0;

	/**
	 * @param place number of the place: each has draws of its own
	 * @param run what tells this run from others of the same seed: when it began, milliseconds since 1970
	 */
	constructor(options: CrowdOptions, place: number, run: number) {
		this.#options = options;
		this.#run = run;
		this.#random = createRandom(options.seed, place + placesStream);
	}

	next(nowMs: number): readonly CrowdBatch[] {
		const batches: CrowdBatch[] = [];
		while (batches.length === 0) {
			const left = this.#seen;
			this.#seen = undefined;
			this.#visit ??= this.#enter();
			const isOver = this.#visit.act(nowMs) === undefined;
			if (isOver) this.#visit = undefined;
			for (const batch of [left, this.#clicked]) if (batch) batches.push(this.#dated(batch, nowMs));
			this.#clicked = undefined;
		}
		return batches;
	}

	/** A page's first event waited for the others, or for a second, and no event is older than one before it. */
	#dated(batch: CrowdBatch, nowMs: number): CrowdBatch {
		const events = batch.events.map((event) => {
			const isView = event.name === 'view';
			const atMs = isView ? Math.max(this.#lastAtMs, nowMs - viewWaitMs) : nowMs;
			return { ...event, atMs };
		});
		this.#lastAtMs = nowMs;
		return { ...batch, sentAtMs: nowMs, events };
	}

	#enter(): Visit {
		const stays = this.#random() < returnProbability;
		const random = ownRandom(this.#random);
		const isBot = this.#random() < this.#options.botShare;
		const stranger = drawPerson(this.#options, isBot, random);
		const person = stays && this.#person ? this.#person : inRun(stranger, this.#run);
		this.#person = person;
		const visitor = person.visitors[Math.floor(random() * person.visitors.length)] ?? person.visitors[0];
		return new Visit(this.#options, person, visitor, random, (batch) => {
			if (batch.events[0]?.name === 'view') this.#seen = batch;
			else this.#clicked = batch;
		});
	}
}

/** The same person as somebody new: runs of one seed do the same, and none sends the events of another. */
function inRun(person: Person, run: number): Person {
	const shift = (identity: number) => (identity + run * 4_096) % 2 ** 53;
	const visitors = person.visitors.map((visitor) => ({
		...visitor,
		id: shift(visitor.id),
		nextStream: shift(visitor.nextStream),
	}));
	return { ...person, visitors: visitors as unknown as Person['visitors'] };
}

const placesStream = 0x2000_0000;

/** All that happened from one moment to another, once; whoever asks gets the next of it. */
export class PastShoppers implements Actor {
	readonly #batches: Iterator<CrowdBatch>;

	/** @param fromMs @param toMs milliseconds since 1970 */
	constructor(crowd: Crowd, fromMs: number, toMs: number) {
		this.#batches = replay(crowd, fromMs, toMs);
	}

	next(): readonly CrowdBatch[] | undefined {
		const { done, value } = this.#batches.next();
		return done ? undefined : [value];
	}
}

/** Every copy of every batch. What is late comes at the end of its day of arrival, and so do second copies. */
function* replay(crowd: Crowd, fromMs: number, toMs: number): Generator<CrowdBatch, void, undefined> {
	for (let day = Math.floor(fromMs / dayMs) - crowd.memoryDays; day * dayMs < toMs; day++) {
		const first: CrowdBatch[] = [];
		const later: CrowdBatch[] = [];
		crowd.playDay(day, (batch) => {
			if (batch.sentAtMs < fromMs || batch.sentAtMs >= toMs) return;
			const [receivedAtMs, again] = receipts(crowd.options, batch) as [number, number?];
			(receivedAtMs - batch.sentAtMs > punctualMsMax ? later : first).push(batch);
			if (again !== undefined) later.push(batch);
		});
		yield* first;
		yield* later;
	}
}
