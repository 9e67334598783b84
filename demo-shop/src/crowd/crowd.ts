import { createRandom, type Random } from '@footfall/random';
import type { Emit } from './batch.js';
import { dayMs, fromShopTime } from './day-clock.js';
import { exactLog } from './exact-math.js';
import { type LifeLaws, lifeLaws, live, planVisits } from './life.js';
import type { CrowdOptions } from './options.js';
import { drawPerson, ownRandom } from './person.js';
import { weibullQuantile } from './weibull.js';

/** Each day has two random streams: one for its people, and one at this offset for its bots. */
const botsStream = 0x4000_0000;
/** Number of people from which the average number of active days per person is estimated. */
const sampledPeople = 4_000;
/** Share of lifetimes that have ended after `memoryDays`. The rest is too small to change a result. */
const finishedShare = 0.9999;

/**
 * Simulated shoppers, determined by their distributions and a seed. The people who arrive on a day are independent of
 * all other days, so days can be played in any order and in any process. The events of a person may extend to later
 * days.
 */
export class Crowd {
	readonly options: CrowdOptions;
	readonly laws: LifeLaws;
	/** Average number of people who arrive on a day. */
	readonly arrivalsPerDay: number;
	/** Result of `memoryDaysOf` for the options. */
	readonly memoryDays: number;

	constructor(options: CrowdOptions) {
		this.options = options;
		this.laws = lifeLaws(options);
		this.arrivalsPerDay = options.dailyActiveUsers / activeDaysPerPerson(options, this.laws);
		this.memoryDays = memoryDaysOf(options);
	}

	/**
	 * Plays the complete lifetimes of the people who arrive on a day, one person after another.
	 *
	 * @param day days since 1970, UTC
	 * @param emit called once for each batch; the batches of a visitor are in order of time
	 */
	playDay(day: number, emit: Emit): void {
		const { seed, dailyActiveUsers, botShare } = this.options;
		this.#arrive(createRandom(seed, day), day, this.arrivalsPerDay, false, emit);
		this.#arrive(createRandom(seed, day + botsStream), day, dailyActiveUsers * botShare, true, emit);
	}

	/** Arrivals are a Poisson process on the shop's clock. */
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

/** Number of days before a moment in which all people arrived who are still customers at that moment. */
export function memoryDaysOf(options: CrowdOptions): number {
	return 1 + Math.ceil(weibullQuantile(lifeLaws(options).lifetime, finishedShare) / dayMs);
}

/** Average number of active days per person, summed over the browsers of the person. */
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
