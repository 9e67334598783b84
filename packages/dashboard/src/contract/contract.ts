/** Shared by the page and the API: views, filters, shapes of answers, histogram bins, and the range of days. */

export type { ListPart, ListSize } from '../api/lists/list-part.js';
export type { ViewRows } from '../api/view-queries.js';
export { dayFault, type OpenDay, openDayOf } from './day-range.js';
export { durationEdgesMs } from './duration-edges.js';
export { filterCharactersMax } from './filter-length.js';
export { liveSeconds } from './live-window.js';
export type { Notice } from './notice.js';
export { audienceNames, type FilterName, filterNames, sessionAttributes } from './session-attributes.js';
export { sitesMax } from './sites-max.js';
export {
	apiPathOf,
	type ChoiceName,
	choiceNames,
	filterTextOf,
	noticesPath,
	sitesPath,
	type ViewName,
	viewDefinitions,
	viewNames,
} from './views.js';
