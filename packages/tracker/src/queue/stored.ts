/**
 * Returns the text of a stored batch: site, time of storing on the page's clock in ms since 1970, number of events, and
 * its bytes, each as the character with that number. It is not JSON, because a page may have a global `JSON` of its
 * own, and libraries give arrays and strings a `toJSON` that makes other values of them.
 */
export const storedText = (site: string, keptAtMs: number, events: number, batch: string): string =>
	[site, keptAtMs, events, batch].join('\n');
