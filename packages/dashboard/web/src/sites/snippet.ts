/** The script tag of a site, and what its reader must still do. */
export interface Snippet {
	text: string;
	/** Undefined if the snippet can be used as it is. */
	note: string | undefined;
}

const placeholder = 'https://COLLECTOR';

/**
 * The script tag that a page of the site needs. Pure.
 *
 * @param collectorUrl address of the collector; null if the dashboard does not know it
 * @param page location of the dashboard
 */
export function snippetOf(
	site: string,
	collectorUrl: string | null,
	page: { protocol: string; hostname: string },
): Snippet {
	const key = site.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
	const tag = (url: string) => `<script defer src="${url}/footfall.js" data-site="${key}"></script>`;
	if (collectorUrl === null) {
		return {
			text: tag(placeholder),
			note: `Replace ${placeholder} by the address of your collector, which "footfall up" and "footfall collector" print when they start.`,
		};
	}
	// A collector that listens on all addresses can be reached under the host name of the dashboard.
	const url = collectorUrl.replace(/\/\/(?:0\.0\.0\.0|\[::\])(?=:|$)/, `//${page.hostname}`);
	const note =
		page.protocol === 'https:' && url.startsWith('http:')
			? 'Browsers refuse it on pages with HTTPS: there, use the address under which your proxy serves the collector.'
			: undefined;
	return { text: tag(url), note };
}
