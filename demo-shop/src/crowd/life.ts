import type { Random } from '@footfall/random';
import type { Emit } from './batch.js';
import { dayMs, fromShopTime, toShopTime } from './day-clock.js';
import type { CrowdOptions } from './options.js';
import { ownRandom, type Person, type Visitor } from './person.js';
import { Visit } from './visit.js';
import { drawWeibull, type Weibull, weibull } from './weibull.js';

/** How often people use the first of their several browsers. */
const firstBrowserProbability = 0.65;
/** Between the end of a visit and the start of the next, at least. */
const restMs = 60_000;

/** The laws of time that lives follow, ready to be drawn from. */
export interface LifeLaws {
	/** Milliseconds. */
	readonly lifetime: Weibull;
	/** Milliseconds of the shop's own clock, from the start of a visit to the start of the next. */
	readonly return: Weibull;
}

export function lifeLaws(options: CrowdOptions): LifeLaws {
	return {
		lifetime: weibull(options.lifetimeShape, options.lifetimeMeanMs),
		return: weibull(options.returnShape, dayMs / options.visitsPerDay),
	};
}

/** When somebody comes, and with which of their browsers. */
export interface PlannedVisit {
	readonly startMs: number;
	readonly visitor: Visitor;
}

/** All visits of somebody from their arrival to the end of their life as a customer; machines come once. */
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

/** Plays a whole life. */
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
