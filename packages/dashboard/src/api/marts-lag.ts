import type { Logger } from '../logger.js';
import { singleFlight } from './single-flight.js';

/** Lag of the marts behind the raw table, over all sites. */
export interface MartsLag {
	/** Age of the oldest receipt that no published run has read, milliseconds; 0 if there is none. */
	behindMs: number;
	/** Number of receipts that no published run has read. */
	waiting: number;
}

/** Longest wait for the lag, milliseconds; the same as for a query of a view. */
const lagMsMax = 15_000;

/**
 * Reads the lag of the marts for views and metrics. Concurrent callers share one read. Undefined if the lag is not
 * known: without a source, or when the source fails, which is logged once until it works again.
 */
export function lagReader(
	source: (() => Promise<MartsLag>) | undefined,
	logger: Logger,
): () => Promise<MartsLag | undefined> {
	if (source === undefined) return async () => undefined;
	let isFailing = false;

	async function read(ask: () => Promise<MartsLag>): Promise<MartsLag | undefined> {
		try {
			const lag = await ask();
			isFailing = false;
			return lag;
		} catch (error) {
			if (!isFailing) logger.warn({ error: String(error) }, 'the lag of the marts is not known');
			isFailing = true;
			return undefined;
		}
	}

	return singleFlight(() => read(source), lagMsMax);
}
