/** Shared by the page and the API: shapes of answers, names of views and segments, bins, and the range of days. */

export type { Narrowing } from '../api/query.js';
export type { SegmentName } from '../api/segments.js';
export type { Answers, ViewName } from '../api/views/all.js';
export { dayFault } from './day-range.js';
export { durationEdgesMs } from './duration-edges.js';
export { liveSeconds } from './live-window.js';
