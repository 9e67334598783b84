import type { Narrowing, ViewName } from '@footfall/dashboard/contract';

/** Where a view needs words of its own. */
const ofViews: Partial<Record<ViewName, string>> = {
	overview:
		'The numbers are those of such sessions. Top pages has all views of the days on which a visitor had one, also those of other sessions.',
	pages:
		'Entries, exits and bounces are those of such sessions. Views and visitors are those of the days on which a visitor had one, also of other sessions on these days.',
	live: 'Here is everything that arrives, from all visitors: the filter does not reach it, and is kept for the other views.',
};

const ofNarrowings: Record<Narrowing, string | undefined> = {
	sessions: undefined,
	days: 'These are the numbers of the days on which a visitor had such a session, with everything that the visitor did on them.',
	none: 'These are the numbers of all visitors: they are told from what visitors did over weeks, not by session, so the filter does not reach them.',
};

/** What a filter does to a view, where that needs saying. Pure. */
export function narrowingHint(view: ViewName, narrowing: Narrowing): string | undefined {
	return ofViews[view] ?? ofNarrowings[narrowing];
}
