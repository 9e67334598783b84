import { StartRefusal } from '@footfall/host';
import { libchdbPath } from 'chdb/libchdb';
import { open } from 'ffi-rs';

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

/**
 * Loads ClickHouse's shared library into this process, where it stays.
 *
 * @returns its path
 * @throws StartRefusal when its package is not installed
 * @throws Error with the reason of the dynamic linker when it does not load
 */
export function loadEngineLibrary(): string {
	const path = findEngineLibrary();
	open({ library: 'chdb', path });
	return path;
}
