import type { Answers, Narrowing, ViewName } from '@footfall/dashboard/contract';
import { daysOf, type State } from './state.js';

/** Rows of a view, and what segments narrow them to. */
export interface Told<Name extends ViewName> {
	narrowing: Narrowing;
	rows: Answers[Name];
}

/** A site that has data. */
export interface Site {
	site: string;
	firstDay: string;
	lastDay: string;
}

/** The API said no; the message is for the person. */
class AskFault extends Error {
	override name = 'AskFault';
}

/** Asks the API for what a view shows. @throws AskFault */
export async function ask<Name extends ViewName>(
	name: Name,
	{ site = '', range, segments }: State,
	signal: AbortSignal,
): Promise<Told<Name>> {
	const query = new URLSearchParams({ site, ...daysOf(range, Date.now()), ...segments });
	return (await get(`/api/${name}?${query}`, signal)) as Told<Name>;
}

export async function askSites(signal: AbortSignal): Promise<Site[]> {
	return ((await get('/api/sites', signal)) as { sites: Site[] }).sites;
}

async function get(path: string, signal: AbortSignal): Promise<unknown> {
	const response = await fetch(path, { signal }).catch((error) => {
		if (signal.aborted) throw error;
		throw new AskFault('The dashboard does not answer. Is Footfall still running?');
	});
	// The page that asks for the token stands at the same address.
	if (response.status === 401) location.reload();
	const body = (await response.json().catch(() => undefined)) as { error?: string } | undefined;
	if (!response.ok) throw new AskFault(body?.error ?? `The answer was ${response.status}.`);
	if (body === undefined) throw new AskFault('The answer was cut short.');
	return body;
}
