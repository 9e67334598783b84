import type { ViewName, ViewRows } from '@footfall/dashboard/contract';
import type { AddFilter } from '../filters.js';
import type { State } from '../state.js';

/** State and actions that a view is drawn with. */
export interface ViewContext {
	state: State;
	/** First and last day of the view. */
	days: { from: string; to: string };
	/** First day of the site. */
	firstDay: string;
	/** The last day is today, so that its numbers still grow. */
	isLastOpen: boolean;
	/** Aborted when the page shows something else. */
	signal: AbortSignal;
	/** Fetches the rows of a view for the state. */
	fetchRows<Name extends ViewName>(name: Name): Promise<ViewRows[Name]>;
	/** Changes the state and shows it. */
	go(change: Partial<State>): void;
	addFilter: AddFilter;
}

/** Fetches and draws a view. The returned nodes replace the content of the page. */
export type View = (context: ViewContext) => Promise<Node[]>;
