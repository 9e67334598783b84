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
/** A view is dated so long before it is sent, since what is put in the cart follows a second later. */
const viewAgeMs = 1_000;

/** One place in the shop, where one person shops after the other, for ever. */
export class PresentShopper implements Actor {
	readonly #options: CrowdOptions;
	readonly #random: Random;
	#person: Person | undefined;
	#visit: Visit | undefined;
	#batches: CrowdBatch[] = [];

	/** @param place number of the place: each has draws of its own */
	constructor(options: CrowdOptions, place: number) {
		this.#options = options;
		this.#random = createRandom(options.seed, place + placesStream);
	}

	next(nowMs: number): readonly CrowdBatch[] {
		this.#batches = [];
		while (this.#batches.length === 0) {
			this.#visit ??= this.#enter(nowMs);
			if (this.#visit.act(nowMs - viewAgeMs) === undefined) this.#visit = undefined;
		}
		return this.#batches;
	}

	/** Page loads are numbered from the moment on, so that a run with the same seed sends events of its own. */
	#enter(nowMs: number): Visit {
		const stays = this.#person !== undefined && this.#random() < returnProbability;
		const random = ownRandom(this.#random);
		const isBot = this.#random() < this.#options.botShare;
		const person = stays ? (this.#person as Person) : drawPerson(this.#options, isBot, random);
		if (!stays)
			for (const visitor of person.visitors) visitor.nextStream = (visitor.nextStream + nowMs * 4_096) % 2 ** 53;
		this.#person = person;
		const visitor = person.visitors[Math.floor(random() * person.visitors.length)] ?? person.visitors[0];
		return new Visit(this.#options, person, visitor, random, (batch) => this.#batches.push(batch));
	}
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
	const { lateShare, duplicateShare } = crowd.options;
	const isFaulty = lateShare > 0 || duplicateShare > 0;
	for (let day = Math.floor(fromMs / dayMs) - crowd.memoryDays; day * dayMs < toMs; day++) {
		const first: CrowdBatch[] = [];
		const later: CrowdBatch[] = [];
		crowd.playDay(day, (batch) => {
			if (batch.sentAtMs < fromMs || batch.sentAtMs >= toMs) return;
			const copies = isFaulty ? receipts(crowd.options, batch) : undefined;
			const isLate = copies !== undefined && (copies[0] as number) - batch.sentAtMs > viewAgeMs;
			(isLate ? later : first).push(batch);
			if (copies?.length === 2) later.push(batch);
		});
		yield* first;
		yield* later;
	}
}
