import type { ViewName } from '@footfall/dashboard/contract';
import { acquisition } from './acquisition.js';
import { activity } from './activity.js';
import { audience } from './audience.js';
import { durations } from './durations.js';
import { live } from './live.js';
import { overview } from './overview.js';
import { pages } from './pages.js';
import { retention } from './retention.js';
import { shop } from './shop.js';
import type { Show } from './view.js';
import { vitals } from './vitals.js';

export const shows: Readonly<Record<ViewName, Show>> = {
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
};
