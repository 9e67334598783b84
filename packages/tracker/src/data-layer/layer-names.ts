/** The name that Google's tags give to the data layer, unless a site names another. */
const defaultName = 'dataLayer';

/**
 * Returns the names of the data layers among the words that a page has named as signals: `dataLayer` for `datalayer`,
 * and `NAME` for `datalayer:NAME`. Pure.
 */
export const layerNames = (wanted: readonly string[]): string[] =>
	wanted
		.map((word) => word.split(':'))
		.filter(([signal]) => signal === 'datalayer')
		.map(([, name]) => name || defaultName);
