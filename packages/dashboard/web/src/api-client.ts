import {
	apiPathOf,
	type ListSize,
	type Notice,
	noticesPath,
	sitesPath,
	type ViewName,
	type ViewRows,
	viewDefinitions,
} from '@footfall/dashboard/contract';
import { daysOf, type State } from './state.js';

/** A site that has data. */
interface Site {
	site: string;
	firstDay: string;
	lastDay: string;
}

/** The sites of the installation. */
export interface Sites {
	/** Sites that have data, the busiest first. */
	sites: Site[];
	/** Keys of the sites that the collector accepts; null if the dashboard does not know them. */
	configured: string[] | null;
	/** Address of the collector for pages; null if the dashboard does not know it. */
	collectorUrl: string | null;
}

/** A request failed. The message is meant for the reader. */
class RequestError extends Error {
	override name = 'RequestError';
	/** HTTP status; undefined without an answer. */
	readonly status: number | undefined;

	constructor(message: string, status?: number) {
		super(message);
		this.status = status;
	}
}

/** The marts do not have the rows of a query. The message is meant for the reader. */
export class NotInMarts extends Error {
	override name = 'NotInMarts';
}

/** Rows of a view, and the sizes of its lists. Reading rows that the marts do not have throws NotInMarts. */
export interface ViewAnswer<Name extends ViewName> {
	rows: ViewRows[Name];
	lists: Record<string, ListSize>;
}

/** Fetches what a view shows for a state. @param part a part of one of its lists @throws RequestError */
export async function fetchView<Name extends ViewName>(
	name: Name,
	{ site = '', range, filters, ...state }: State,
	{ signal, part = {} }: { signal: AbortSignal; part?: Record<string, string> },
): Promise<ViewAnswer<Name>> {
	const { chooses = [] } = viewDefinitions[name];
	const chosen = Object.fromEntries(
		chooses.flatMap((each) => (state[each] === undefined ? [] : [[each, state[each]]])),
	);
	const query = new URLSearchParams({ site, ...daysOf(range, Date.now()), ...filters, ...chosen, ...part });
	const answer = (await get(`${apiPathOf(name)}?${query}`, signal)) as ViewAnswer<Name> & Incomplete;
	const { rows: names = [], words = '' } = answer.notInMarts ?? {};
	for (const missing of names)
		Object.defineProperty(answer.rows, missing, {
			get() {
				throw new NotInMarts(words);
			},
		});
	return answer;
}

/** Another version of Footfall computed the marts: queries whose rows are missing, and why. */
interface Incomplete {
	notInMarts?: { rows: string[]; words: string };
}

/** Fetches the sites. @throws RequestError */
export async function fetchSites(signal: AbortSignal): Promise<Sites> {
	return (await get(sitesPath, signal)) as Sites;
}

/** Fetches what an owner should know about the marts. @throws RequestError */
export async function fetchNotices(): Promise<Notice[]> {
	return ((await get(noticesPath, AbortSignal.timeout(20_000))) as { notices: Notice[] }).notices;
}

async function get(path: string, signal: AbortSignal): Promise<unknown> {
	const response = await fetch(path, { signal }).catch((error) => {
		if (signal.aborted) throw error;
		throw new RequestError('The dashboard does not answer. Check that Footfall is running.');
	});
	// The login page has the same address.
	if (response.status === 401) location.reload();
	if (response.status === 431) throw new RequestError('The filters are too long for one request. Remove one of them.');
	const body = (await response.json().catch(() => undefined)) as { error?: string } | undefined;
	if (!response.ok)
		throw new RequestError(
			body?.error ?? `The dashboard answered with HTTP status ${response.status}.`,
			response.status,
		);
	if (body === undefined) throw new RequestError('The answer of the dashboard is incomplete.');
	return body;
}
