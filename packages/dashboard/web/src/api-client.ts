import { apiPathOf, sitesPath, type ViewName, type ViewRows } from '@footfall/dashboard/contract';
import { daysOf, type State } from './state.js';

/** A site that has data. */
export interface Site {
	site: string;
	firstDay: string;
	lastDay: string;
}

/** A request failed. The message is meant for the reader. */
class RequestError extends Error {
	override name = 'RequestError';
}

/** Fetches the rows that a view shows for a state. @throws RequestError */
export async function fetchRows<Name extends ViewName>(
	name: Name,
	{ site = '', range, filters }: State,
	signal: AbortSignal,
): Promise<ViewRows[Name]> {
	const query = new URLSearchParams({ site, ...daysOf(range, Date.now()), ...filters });
	return ((await get(`${apiPathOf(name)}?${query}`, signal)) as { rows: ViewRows[Name] }).rows;
}

/** Fetches the sites that have data, the busiest first. @throws RequestError */
export async function fetchSites(signal: AbortSignal): Promise<Site[]> {
	return ((await get(sitesPath, signal)) as { sites: Site[] }).sites;
}

async function get(path: string, signal: AbortSignal): Promise<unknown> {
	const response = await fetch(path, { signal }).catch((error) => {
		if (signal.aborted) throw error;
		throw new RequestError('The dashboard does not answer. Check that Footfall is running.');
	});
	// The login page has the same address.
	if (response.status === 401) location.reload();
	const body = (await response.json().catch(() => undefined)) as { error?: string } | undefined;
	if (!response.ok)
		throw new RequestError(body?.error ?? `The dashboard answered with HTTP status ${response.status}.`);
	if (body === undefined) throw new RequestError('The answer of the dashboard is incomplete.');
	return body;
}
