import { encode, type WireBatch, type WireEvent } from '@footfall/protocol';
import type { Draws } from '@footfall/random';

/** A frozen batch: the page sends these bytes until they are acknowledged. */
export interface SentBatch {
	readonly visitor: number;
	readonly stream: number;
	readonly sequence: number;
	readonly events: number;
	readonly frame: Uint8Array;
}

const eventsPerBatch = 50;
const openPages = 200;
const dayMs = 86_400_000;
/** Age of the oldest events, ms; the wire carries ages of at most 49 days. */
const ageDaysMax = 40;
/** The longest pause within a session, ms. */
const sessionGapMs = 1_800_000;

const kinds: readonly [name: string, obj: string, objId: string, hasAmount: boolean][] = [
	['view', 'page', 'main', false],
	['view', 'page', 'product', true],
	['view', 'banner', 'product', false],
	['click', 'button', 'add_to_cart', true],
	['click', 'button', 'checkout', true],
	['click', 'url', 'checkout', true],
	['signup', '', '', false],
];

interface OpenPage {
	visitor: number;
	stream: number;
	sequence: number;
	userId: string;
}

/** Draws the batches of a crowd of pages, spread over the days before, so that every mart has rows. */
export class PageTraffic {
	readonly #random: Draws;
	readonly #pages: OpenPage[];
	readonly #visitors: number[] = [];

	constructor(random: Draws) {
		this.#random = random;
		this.#pages = Array.from({ length: openPages }, () => this.#openPage());
	}

	/** Returns the next batch of any page. Some pages close with their batch, and new pages open. */
	next(): SentBatch {
		const index = this.#random.integer(0, openPages - 1);
		const page = this.#pages[index] as OpenPage;
		const { visitor, stream, userId } = page;
		const sequence = page.sequence++;
		if (this.#random.chance(0.2)) this.#pages[index] = this.#openPage();
		const url = `https://shop.example/catalog?utm_source=news-${visitor % 5}`;
		const batch: WireBatch = [
			1,
			'shop',
			visitor,
			stream,
			sequence,
			Date.now(),
			[[url, '', '', userId]],
			this.#events(),
		];
		return { visitor, stream, sequence, events: eventsPerBatch, frame: encode(batch) };
	}

	/** Half of the pages are opened by a visitor who has opened another page before. */
	#openPage(): OpenPage {
		const isNew = this.#visitors.length === 0 || this.#random.chance(0.5);
		const visitor = isNew ? identity(this.#random) : this.#random.pick(this.#visitors);
		if (isNew) this.#visitors.push(visitor);
		const userId = this.#random.chance(0.3) ? `user-${visitor % 1_000}` : '';
		return { visitor, stream: identity(this.#random), sequence: 0, userId };
	}

	#events(): WireEvent[] {
		let ageMs = this.#random.integer(0, ageDaysMax) * dayMs + this.#random.integer(0, dayMs);
		return Array.from({ length: eventsPerBatch }, () => {
			ageMs += this.#gapMs();
			const [name, obj, objId, hasAmount] = this.#random.pick(kinds);
			const amount = hasAmount ? this.#random.integer(1, 99_999) / 100 : 0;
			return [ageMs, 0, name, obj, objId, hasAmount ? this.#random.integer(1, 500) : 0, amount, 'EUR'];
		});
	}

	/** Some pauses are exactly the longest of a session, and some a millisecond longer. */
	#gapMs(): number {
		if (this.#random.chance(0.95)) return this.#random.integer(0, 20_000);
		return this.#random.pick([sessionGapMs, sessionGapMs + 1, 3 * sessionGapMs]);
	}
}

/** Draws a number of 53 bits, as a page draws its stream and visitor. */
function identity(random: Draws): number {
	return random.integer(0, 0x1f_ffff) * 0x1_0000_0000 + random.integer(0, 0xffff_ffff);
}
