import { StartRefusal } from '@footfall/host';
import { libchdbPath } from 'chdb/libchdb';

/**
 * The path of ClickHouse's shared library, which is not loaded yet.
 *
 * @throws StartRefusal when its package is not installed
 */
export function findEngineLibrary(): string {
	try {
		return libchdbPath();
	} catch (error) {
		const reason = error instanceof Error ? error.message.split('. ')[0] : String(error);
		throw new StartRefusal(
			`the embedded ClickHouse is not installed (${reason}); install Footfall again with optional dependencies, or set CLICKHOUSE_URL to a ClickHouse server`,
		);
	}
}
