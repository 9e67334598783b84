import type { Rejection } from '@footfall/protocol';
import type { Item } from './json-body.js';
import type { Fault } from './json-event.js';
import { keyNotice } from './keyed-fields.js';

/** Outcomes of a list of events as a whole. The collector validates each event on its own. */
export const listOutcomes = {
	stored: { status: 200, meaning: 'Every event is durable on disk.' },
	'partly-stored': { status: 207, meaning: 'The valid events are durable on disk; `errors` describes the others.' },
	'none-stored': { status: 422, meaning: 'No event was valid; `errors` describes the faults.' },
} as const;

/** Maximum number of rejected events that an answer describes; the others are only counted. */
export const itemErrorsMax = 100;

/** One rejected event of a list, with the reasons. */
export interface ItemError {
	/** Position among the events of the body, from 0. */
	index: number;
	/** Line number in an NDJSON body, from 1. */
	line: number | undefined;
	outcome: Rejection;
	errors: readonly Fault[];
}

/** The answer to a list. */
export interface ListReport {
	outcome: keyof typeof listOutcomes;
	/** Number of events stored on disk. */
	stored: number;
	/** Number of events rejected permanently. */
	rejected: number;
	/** The first rejected events, in the order of the body. */
	errors: readonly ItemError[];
	/** Number of rejected events beyond those in `errors`. */
	errorsOmitted: number;
	/** Names of fields of the stored events that were not stored; absent if there are none. */
	unknownFields?: readonly string[];
	/** A sentence about fields that need a write key; absent if there are none of them. */
	notice?: string;
}

/** The part of an answer that names the fields that were not stored. */
export function notStored(unknownFields: readonly string[]): Pick<ListReport, 'unknownFields' | 'notice'> {
	if (unknownFields.length === 0) return {};
	const notice = keyNotice(unknownFields);
	return notice === undefined ? { unknownFields } : { unknownFields, notice };
}

/** Collects the rejected events of a list. */
export class ListErrors {
	readonly #errors: ItemError[] = [];
	readonly #counts = new Map<Rejection, number>();

	add(index: number, { line }: Item, outcome: Rejection, errors: readonly Fault[]): void {
		this.#counts.set(outcome, (this.#counts.get(outcome) ?? 0) + 1);
		if (!this.isFull) this.#errors.push({ index, line, outcome, errors });
	}

	/** Whether the report is full. Further rejected events are then only counted. */
	get isFull(): boolean {
		return this.#errors.length >= itemErrorsMax;
	}

	/** Number of rejected events by outcome. */
	get counts(): ReadonlyMap<Rejection, number> {
		return this.#counts;
	}

	/** Returns the answer to the list. @param stored number of events that are durable */
	report(stored: number, unknownFields: readonly string[]): ListReport {
		const rejected = [...this.#counts.values()].reduce((a, b) => a + b, 0);
		const partialOutcome = stored > 0 ? 'partly-stored' : 'none-stored';
		const errorsOmitted = rejected - this.#errors.length;
		const outcome = rejected === 0 ? 'stored' : partialOutcome;
		return { outcome, stored, rejected, errors: this.#errors, errorsOmitted, ...notStored(unknownFields) };
	}
}
