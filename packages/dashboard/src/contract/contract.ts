/** Shared by the page and the API: views, filters, shapes of answers, histogram bins, and the range of days. */

export type { ViewRows } from '../api/view-queries.js';
export { dayFault } from './day-range.js';
export { durationEdgesMs } from './duration-edges.js';
export { liveSeconds } from './live-window.js';
export { audienceNames, type FilterName, filterNames, sessionAttributes } from './session-attributes.js';
export { apiPathOf, filterTextOf, sitesPath, type ViewName, viewDefinitions, viewNames } from './views.js';
