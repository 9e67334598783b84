import type { Answer, View } from '../query.js';
import { acquisition } from './acquisition.js';
import { activity } from './activity.js';
import { audience } from './audience.js';
import { durations } from './durations.js';
import { live } from './live.js';
import { overview } from './overview.js';
import { pages } from './pages.js';
import { retention } from './retention.js';
import { shop } from './shop.js';
import { vitals } from './vitals.js';

/** Every view, by the name it has in `/api/NAME` and in the address of the page. */
export const views = {
	overview,
	activity,
	durations,
	shop,
	retention,
	pages,
	acquisition,
	audience,
	vitals,
	live,
} as const satisfies Record<string, View>;

export type ViewName = keyof typeof views;

/** What the API answers, by view. The page takes its types from here. */
export type Answers = { [Name in ViewName]: Answer<(typeof views)[Name]> };
