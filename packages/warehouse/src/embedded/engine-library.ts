import { libchdbPath } from 'chdb/libchdb';
import { StartRefusal } from '../start-refusal.js';

/**
 * Where ClickHouse's library is; nothing is loaded yet.
 *
 * @throws StartRefusal when its package was not installed
 */
export function findEngineLibrary(): string {
	try {
		return libchdbPath();
	} catch (error) {
		const reason = error instanceof Error ? error.message.split('. ')[0] : String(error);
		throw new StartRefusal(
			`the embedded ClickHouse is not installed (${reason}); install again with optional dependencies, or set CLICKHOUSE_URL to a ClickHouse server`,
		);
	}
}
