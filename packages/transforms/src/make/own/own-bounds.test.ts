import { expect, it } from 'vitest';
import { defaultOwnLimits } from '../../compile/project.js';
import { boundsOf } from './own-bounds.js';

const own = { file: 'models/a.sql', source: '', firstLine: 1, version: '' };

it('bounds the time, memory, threads, temporary files and written bytes of every statement of an own model', () => {
	const settings = boundsOf(own, defaultOwnLimits)();
	expect(settings).toEqual({
		max_execution_time: 60,
		max_threads: 2,
		max_memory_usage: 512 * 2 ** 20,
		max_bytes_before_external_group_by: 160 * 2 ** 20,
		max_bytes_before_external_sort: 160 * 2 ** 20,
		max_temporary_data_on_disk_size_for_query: 4 * 2 ** 30,
		max_local_write_bandwidth: 64 * 2 ** 20,
	});
});

it('lets the statements of a model share its time, and models the time of a run', () => {
	const budget = { endAtMs: undefined };
	boundsOf(own, { ...defaultOwnLimits, seconds: 5 }, budget);
	expect(boundsOf(own, defaultOwnLimits, budget)().max_execution_time).toBeLessThanOrEqual(5);
	expect(boundsOf(own, { ...defaultOwnLimits, seconds: 0 })).toThrow('models/a.sql: a run took longer than 0 s');
});
