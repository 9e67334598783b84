import type { OpenDay, ViewName } from '@footfall/dashboard/contract';
import type { ViewAnswer } from '../api-client.js';
import type { AddFilter } from '../filters.js';
import type { State } from '../state.js';

/** State and actions that a view is drawn with. */
export interface ViewContext {
	state: State;
	/** First and last day of the view. */
	days: { from: string; to: string };
	/** First day of the site. */
	firstDay: string;
	/** The day that is not over; undefined if the days do not include today. */
	open: OpenDay | undefined;
	/** The last day is today, so that its numbers still grow. */
	isLastOpen: boolean;
	/** Aborted when the page shows something else. */
	signal: AbortSignal;
	/** Fetches the rows of a view for the state, and the sizes of its lists. */
	fetchView<Name extends ViewName>(name: Name): Promise<ViewAnswer<Name>>;
	/** Fetches a part of a list of a view. */
	fetchPart<Name extends ViewName>(name: Name, part: Record<string, string>): Promise<ViewAnswer<Name>>;
	/** Changes the state and shows it. */
	go(change: Partial<State>): void;
	addFilter: AddFilter;
}

/** Fetches and draws a view. The returned nodes replace the content of the page. */
export type View = (context: ViewContext) => Promise<Node[]>;
