import { afterEach, describe, expect, it, vi } from 'vitest';
import { findEngineLibrary } from './engine-library.js';

afterEach(() => vi.unstubAllEnvs());

describe('findEngineLibrary', () => {
	it('finds the library that was installed', () => {
		expect(findEngineLibrary()).toMatch(/libchdb\.(so|dylib)$/);
	});

	it('refuses in one line with a remedy if the library is not installed', () => {
		vi.stubEnv('CHDB_LIBCHDB_PATH', '/nowhere/libchdb.so');
		expect(findEngineLibrary).toThrow(
			/^the embedded ClickHouse is not installed \(.*\/nowhere\/libchdb\.so.*\); .* set CLICKHOUSE_URL to a ClickHouse server$/,
		);
	});
});
