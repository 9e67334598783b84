import { type ViewName, viewDefinitions } from '../contract/views.js';
import type { Logger } from '../logger.js';
import type { ListPart, ListSize } from './lists/list-part.js';
import type { MartsLag } from './marts-lag.js';
import { type MartsVersion, missingText, readMartsVersion } from './marts-version.js';
import { isWanted, type ViewQueries } from './query.js';
import { QueryFault, runListQuery, runQuery } from './run-query.js';
import type { Scope } from './scope.js';
import { viewQueries } from './view-queries.js';

interface Sources {
	source: Parameters<typeof runQuery>[0];
	logger: Logger;
	lag: () => Promise<MartsLag | undefined>;
	/** Generation of the models of this version. @default not known */
	generation: number | undefined;
}

/** Results of the queries of a view. */
interface Found {
	rows: Record<string, unknown[]>;
	lists: Record<string, ListSize>;
	/** Why the other queries have no rows, by their names: the marts do not have what they read. */
	missing: Record<string, QueryFault>;
}

/**
 * Creates a function that answers a view. Until the first run of a new version is published, readers see the marts of
 * the earlier one. The answer then has the rows of the queries that these marts can answer, and names the others.
 *
 * @throws QueryFault if ClickHouse does not answer a query, or if there are no marts
 */
export function viewAnswerer({ source, logger, lag, generation }: Sources) {
	async function find(queries: ViewQueries, scope: Scope, part: ListPart): Promise<Found> {
		const found: Found = { rows: {}, lists: {}, missing: {} };
		const wanted = Object.entries(queries).filter(([name, query]) => isWanted(name, query, part));
		// The numbers of a view belong together: if ClickHouse fails for one query, the view fails.
		await Promise.all(
			wanted.map(async ([name, query]) => {
				try {
					found.rows[name] = await rowsOf(name, query, found.lists);
				} catch (error) {
					if (!(error instanceof QueryFault && error.isOfMarts)) throw error;
					found.missing[name] = error;
				}
			}),
		);
		return found;

		async function rowsOf(name: string, query: ViewQueries[string], lists: Found['lists']): Promise<unknown[]> {
			if (!('sql' in query)) return [query.ofLag(await lag())];
			if (!('partSql' in query)) return runQuery(source, query, scope);
			const listed = await runListQuery(source, name, { query, scope, part });
			Object.assign(lists, listed.lists);
			return listed.rows;
		}
	}

	return async (view: ViewName, scope: Scope, part: ListPart) => {
		const queries: ViewQueries = viewQueries[view];
		let found = await find(queries, scope, part);
		let version: MartsVersion | undefined;
		if (isIncomplete(found)) {
			version = await readMartsVersion(source, generation);
			// When a run of new models is published, the views of the marts are replaced one after the other.
			if (version === 'current') found = await find(queries, scope, part);
		}
		const notInMarts = isIncomplete(found) ? notInMartsOf(found, version, Object.keys(queries)) : undefined;
		if (notInMarts) logger.warn({ view, rows: notInMarts.rows }, 'the marts do not have what a view reads');
		const { filterEffect } = viewDefinitions[view];
		// `narrowing` is the former name of `filterEffect`. It is kept for one version.
		return {
			filterEffect,
			narrowing: filterEffect,
			rows: found.rows,
			lists: found.lists,
			...(notInMarts && { notInMarts }),
		};
	};
}

const isIncomplete = ({ missing }: Found) => Object.keys(missing).length > 0;

/**
 * Names the queries whose rows are missing, and says why. Pure.
 *
 * @param names names of all queries of the view
 * @throws QueryFault if there are no marts
 * @throws WarehouseError if this version computed them, which is a fault of the query
 */
function notInMartsOf({ missing }: Found, version: MartsVersion | undefined, names: readonly string[]) {
	const [fault] = Object.values(missing);
	if (version === undefined || version === 'none') throw fault;
	if (version === 'current') throw fault?.cause;
	return { rows: names.filter((name) => name in missing), words: missingText(version) };
}
