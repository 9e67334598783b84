import type { Logger } from '../logger.js';
import { singleFlight } from './single-flight.js';

/** How far the marts are behind the raw table, over all sites. */
export interface MartsLag {
	/** How long the oldest receipt that no published run has seen has been waiting, milliseconds; 0 when all are in. */
	behindMs: number;
	/** Receipts that no published run has seen. */
	waiting: number;
}

/** Longest wait for it, milliseconds; as long as a query of a view may take. */
const lagMsMax = 15_000;

/**
 * The lag of the marts as views and metrics ask for it: one look at a time, which all who ask meanwhile share. Undefined where it is not
 * known: without a source, or when that fails, which is logged once until it works again.
 */
export function lagReader(
	source: (() => Promise<MartsLag>) | undefined,
	logger: Logger,
): () => Promise<MartsLag | undefined> {
	if (source === undefined) return async () => undefined;
	let isFailing = false;

	async function look(ask: () => Promise<MartsLag>): Promise<MartsLag | undefined> {
		try {
			const found = await ask();
			isFailing = false;
			return found;
		} catch (error) {
			if (!isFailing) logger.warn({ error: String(error) }, 'how far the marts are behind is not known');
			isFailing = true;
			return undefined;
		}
	}

	return singleFlight(() => look(source), lagMsMax);
}
