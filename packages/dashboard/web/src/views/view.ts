import type { SegmentName, ViewName } from '@footfall/dashboard/contract';
import type { Told } from '../ask.js';
import type { State } from '../state.js';

/** What a view works with. */
export interface Stage {
	state: State;
	/** First and last day that it shows. */
	days: { from: string; to: string };
	/** First day of the site. */
	firstDay: string;
	/** The last day is not over. */
	isLastOpen: boolean;
	/** Aborted when something else is shown. */
	signal: AbortSignal;
	/** Rows of a view for the state. */
	ask<Name extends ViewName>(name: Name): Promise<Told<Name>>;
	/** Shows something else. */
	go(change: Partial<State>): void;
	/** Shows only sessions with a value. */
	narrow(segment: SegmentName, value: string): void;
}

/** Asks and draws. What it returns replaces what was shown. */
export type Show = (stage: Stage) => Promise<Node[]>;
