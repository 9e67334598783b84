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

/** A source of batches. */
export interface Actor {
	/**
	 * The next batches; none if there are none yet, undefined if there will be no more.
	 *
	 * @param nowMs ms since 1970
	 */
	next(nowMs: number): readonly CrowdBatch[] | undefined;
}

/** Probability that a visit is followed by another one of the same person, instead of a new person. */
const returnProbability = 0.4;
/** Delay of a view before it is sent, ms: the default of the tracker. */
const viewWaitMs = 1_000;
/** Maximum delay of a batch that is not late, ms. */
const punctualMsMax = 1_000;

/** An endless sequence of people, one after another, who act at the time of the call. */
export class PresentShopper implements Actor {
	readonly #options: CrowdOptions;
	readonly #random: Random;
	readonly #run: number;
	#person: Person | undefined;
	#visit: Visit | undefined;
	/** The latest view, until its page is left. */
	#seen: CrowdBatch | undefined;
	/** The order or refund of the page. */
	#traded: CrowdBatch | undefined;
	/** The click by which the page was left. */
	#clicked: CrowdBatch | undefined;
	#lastAtMs = 0;

	/**
	 * @param place number of this shopper; each has its own random stream
	 * @param run start of the run, ms since 1970, which distinguishes it from other runs of the same seed
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
			for (const batch of [left, this.#traded, this.#clicked]) if (batch) batches.push(this.#dated(batch, nowMs));
			this.#clicked = undefined;
			this.#traded = undefined;
		}
		return batches;
	}

	/** Sets the times of a batch: a view is up to a second old, and no event is older than an earlier one. */
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
			const [event] = batch.events;
			if (event?.name === 'view') this.#seen = batch;
			else if (event?.order) this.#traded = batch;
			else this.#clicked = batch;
		});
	}
}

/** The person with ids of a run. Runs of the same seed have the same behaviour, but different ids. */
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

/** The batches of a period, each once. The caller of `next` gets the next batch. */
export class PastShoppers implements Actor {
	readonly #batches: Iterator<CrowdBatch>;

	/** @param fromMs ms since 1970, inclusive @param toMs ms since 1970, exclusive */
	constructor(crowd: Crowd, fromMs: number, toMs: number) {
		this.#batches = replay(crowd, fromMs, toMs);
	}

	next(): readonly CrowdBatch[] | undefined {
		const { done, value } = this.#batches.next();
		return done ? undefined : [value];
	}
}

/** Every copy of every batch. Late batches and second copies are at the end of the arrival day of their person. */
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
