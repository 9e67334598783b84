import { createRandom, type Random } from '@footfall/random';
import type { Emit } from './batch.js';
import { dayMs, fromShopTime } from './day-clock.js';
import { exactLog } from './exact-math.js';
import { type LifeLaws, lifeLaws, live, planVisits } from './life.js';
import type { CrowdOptions } from './options.js';
import { drawPerson, ownRandom } from './person.js';
import { weibullQuantile } from './weibull.js';

/** Streams of a run's seed: one for each day's people, and one for its machines. */
const machinesStream = 0x4000_0000;
/** People who are looked at to learn how many days one is active on average. */
const sampledPeople = 4_000;
/** The share of lives that are over before what is made begins, when it begins so late that nobody notices the others. */
const finishedShare = 0.9999;

/**
 * A world of shoppers that follows from its laws and its seed. Whoever arrives on one day is independent of all other days, so
 * days can be played in any order and anywhere; what somebody does may last well into later days.
 */
export class Crowd {
	readonly options: CrowdOptions;
	readonly laws: LifeLaws;
	/** People who arrive on a day, on average. */
	readonly arrivalsPerDay: number;
	/** Of its options. */
	readonly memoryDays: number;

	constructor(options: CrowdOptions) {
		this.options = options;
		this.laws = lifeLaws(options);
		this.arrivalsPerDay = options.dailyActiveUsers / activeDaysPerPerson(options, this.laws);
		this.memoryDays = memoryDaysOf(options);
	}

	/**
	 * Plays the whole lives of those who arrive on a day, one after another.
	 *
	 * @param day days since 1970, UTC
	 * @param emit gets each batch once; of one visitor in order of time
	 */
	playDay(day: number, emit: Emit): void {
		const { seed, dailyActiveUsers, botShare } = this.options;
		this.#arrive(createRandom(seed, day), day, this.arrivalsPerDay, false, emit);
		this.#arrive(createRandom(seed, day + machinesStream), day, dailyActiveUsers * botShare, true, emit);
	}

	/** A Poisson process on the shop's own clock. */
	#arrive(random: Random, day: number, perDay: number, isBot: boolean, emit: Emit): void {
		if (perDay === 0) return;
		for (let shopMs = 0; ; ) {
			shopMs -= (exactLog(1 - random()) * dayMs) / perDay;
			if (shopMs >= dayMs) return;
			const own = ownRandom(random);
			const person = drawPerson(this.options, isBot, own);
			live(this.options, this.laws, person, fromShopTime(day * dayMs + shopMs), own, emit);
		}
	}
}

/** Days before any moment within which everybody arrived who is still a customer then. */
export function memoryDaysOf(options: CrowdOptions): number {
	return 1 + Math.ceil(weibullQuantile(lifeLaws(options).lifetime, finishedShare) / dayMs);
}

/** On how many days people's browsers are there, summed over a person's browsers. */
function activeDaysPerPerson(options: CrowdOptions, laws: LifeLaws): number {
	const random = createRandom(0);
	let days = 0;
	for (let n = 0; n < sampledPeople; n++) {
		const own = ownRandom(random);
		const person = drawPerson(options, false, own);
		const arrivalMs = fromShopTime(random() * dayMs);
		const active = new Set<string>();
		for (const { startMs, visitor } of planVisits(laws, person, arrivalMs, own)) {
			active.add(`${visitor.id} ${Math.floor(startMs / dayMs)}`);
		}
		days += active.size;
	}
	return days / sampledPeople;
}
