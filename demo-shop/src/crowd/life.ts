import type { Random } from '@footfall/random';
import type { Emit } from './batch.js';
import { dayMs, fromShopTime, toShopTime } from './day-clock.js';
import type { CrowdOptions } from './options.js';
import { ownRandom, type Person, type Visitor } from './person.js';
import { Visit } from './visit.js';
import { drawWeibull, type Weibull, weibull } from './weibull.js';

/** Probability that a visit of a person with several browsers uses the first one. */
const firstBrowserProbability = 0.65;
/** Minimum time between the end of a visit and the start of the next, ms. */
const restMs = 60_000;

/** Distributions of the times in a person's lifetime as a customer. */
export interface LifeLaws {
	/** Time from arrival to the end of being a customer, ms. */
	readonly lifetime: Weibull;
	/** Time from the start of a visit to the start of the next, ms of the shop's clock. */
	readonly return: Weibull;
}

export function lifeLaws(options: CrowdOptions): LifeLaws {
	return {
		lifetime: weibull(options.lifetimeShape, options.lifetimeMeanMs),
		return: weibull(options.returnShape, dayMs / options.visitsPerDay),
	};
}

/** Start of a visit, and the browser that it uses. */
export interface PlannedVisit {
	readonly startMs: number;
	readonly visitor: Visitor;
}

/** All visits of a person from the arrival to the end of the lifetime as a customer. A bot makes a single visit. */
export function* planVisits(
	laws: LifeLaws,
	person: Person,
	arrivalMs: number,
	random: Random,
): Generator<PlannedVisit, void, undefined> {
	const [first, ...others] = person.visitors;
	yield { startMs: arrivalMs, visitor: first };
	if (person.isBot) return;
	const endMs = arrivalMs + drawWeibull(laws.lifetime, random);
	for (let shopMs = toShopTime(arrivalMs); ; ) {
		shopMs += drawWeibull(laws.return, random);
		const startMs = fromShopTime(shopMs);
		if (startMs >= endMs) return;
		const isOther = others.length > 0 && random() >= firstBrowserProbability;
		const visitor = isOther ? (others[Math.floor(random() * others.length)] as Visitor) : first;
		yield { startMs, visitor };
	}
}

/** Plays all visits of a person. */
export function live(
	options: CrowdOptions,
	laws: LifeLaws,
	person: Person,
	arrivalMs: number,
	random: Random,
	emit: Emit,
): void {
	let freeAtMs = 0;
	for (const { startMs, visitor } of planVisits(laws, person, arrivalMs, random)) {
		const visit = new Visit(options, person, visitor, ownRandom(random), emit);
		let atMs = Math.max(startMs, freeAtMs);
		for (let gapMs = visit.act(atMs); gapMs !== undefined; gapMs = visit.act(atMs)) atMs += gapMs;
		freeAtMs = atMs + restMs;
	}
}
