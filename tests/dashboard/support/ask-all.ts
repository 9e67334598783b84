import type { Dashboard } from '@footfall/dashboard';
import { type ViewRequest, viewRequests } from '@footfall/dashboard/testing';
import { token } from './dashboard-under-test.js';

const headers = { authorization: `Bearer ${token}` };

/** Answer of the API to a request for a view. */
interface ViewAnswer {
	status: number;
	error?: string;
	rows?: Record<string, unknown[]>;
	/** Queries whose rows are missing, and why. */
	notInMarts?: { rows: string[]; words: string };
}

/** A request for a view, with its answer. */
export interface Asked {
	request: ViewRequest;
	answer: ViewAnswer;
}

/**
 * Asks for January 2026 of every view, with each of its parameters and filters, one after the other.
 *
 * @param isWanted chooses requests. @default all
 */
export async function askAll(
	{ url }: Pick<Dashboard, 'url'>,
	isWanted: (request: ViewRequest) => boolean = () => true,
): Promise<Asked[]> {
	const asked: Asked[] = [];
	for (const request of viewRequests().filter(isWanted)) {
		const query = new URLSearchParams({ site: 'shop', from: '2026-01-01', to: '2026-01-31', ...request.parameters });
		const path = `/api/${request.view}?${query}`;
		let answer = await ask(`${url}${path}`);
		// A busy machine may be too slow for a query. An answer that does not depend on the load stays the same.
		for (let again = 0; again < 3 && answer.status !== 200; again++) answer = await ask(`${url}${path}`);
		asked.push({ request, answer });
	}
	return asked;
}

async function ask(url: string): Promise<ViewAnswer> {
	const answer = await fetch(url, { headers });
	return { status: answer.status, ...((await answer.json()) as object) };
}

/** Kinds of the notices. */
export async function noticesOf({ url }: Pick<Dashboard, 'url'>): Promise<string[]> {
	const answer = await fetch(`${url}/api/notices`, { headers });
	return ((await answer.json()) as { notices: { kind: string }[] }).notices.map(({ kind }) => kind);
}
