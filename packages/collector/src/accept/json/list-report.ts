import type { Rejection } from '@footfall/protocol';
import type { Item } from './json-body.js';
import type { Fault } from './json-event.js';

/** What becomes of a list as a whole, once each of its events is judged by itself. */
export const listOutcomes = {
	stored: { status: 200, meaning: 'Every event is on disk, synced.' },
	'partly-stored': { status: 207, meaning: 'The good events are on disk, synced; `errors` tells of the others.' },
	'none-stored': { status: 422, meaning: 'No event was good; `errors` tells of them.' },
} as const;

/** Refused events that an answer tells of; it counts the rest. */
export const itemErrorsMax = 100;

/** Why one event of a list is refused. */
export interface ItemError {
	/** Position among the events of the body, from 0. */
	index: number;
	/** Line of an NDJSON body, from 1. */
	line: number | undefined;
	outcome: Rejection;
	errors: readonly Fault[];
}

/** The answer to a list. */
export interface ListReport {
	outcome: keyof typeof listOutcomes;
	/** Events on disk. */
	stored: number;
	/** Events refused for good. */
	rejected: number;
	/** The first refused events, in their order. */
	errors: readonly ItemError[];
	/** Refused events that `errors` has no room for. */
	errorsOmitted: number;
}

/** Gathers what is refused of a list. */
export class ListErrors {
	readonly #errors: ItemError[] = [];
	readonly #counts = new Map<Rejection, number>();

	add(index: number, { line }: Item, outcome: Rejection, errors: readonly Fault[]): void {
		this.#counts.set(outcome, (this.#counts.get(outcome) ?? 0) + 1);
		if (!this.isFull) this.#errors.push({ index, line, outcome, errors });
	}

	/** Returns whether the report is full; further faults are only counted. */
	get isFull(): boolean {
		return this.#errors.length >= itemErrorsMax;
	}

	/** Refused events by outcome. */
	get counts(): ReadonlyMap<Rejection, number> {
		return this.#counts;
	}

	/** The answer, when `stored` events are on disk. */
	report(stored: number): ListReport {
		const rejected = [...this.#counts.values()].reduce((a, b) => a + b, 0);
		const some = stored > 0 ? 'partly-stored' : 'none-stored';
		const errorsOmitted = rejected - this.#errors.length;
		return { outcome: rejected === 0 ? 'stored' : some, stored, rejected, errors: this.#errors, errorsOmitted };
	}
}
