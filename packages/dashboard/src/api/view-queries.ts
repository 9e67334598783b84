import type { ViewName } from '../contract/views.js';
import type { RowsOf, ViewQueries } from './query.js';
import * as all from './views/all.js';

/** The queries of every view. */
export const viewQueries = all satisfies Readonly<Record<ViewName, ViewQueries>>;

/** Rows that the API answers, by view and query. The page has its types from here. */
export type ViewRows = { [Name in ViewName]: RowsOf<(typeof all)[Name]> };
