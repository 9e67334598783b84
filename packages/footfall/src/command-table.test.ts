import { describe, expect, it } from 'vitest';
import { load } from './command-table.js';

describe('load', () => {
	it('returns the module, or refuses with the systems on which the module can be loaded', async () => {
		expect(await load(Promise.resolve({ run: 1 }))).toEqual({ run: 1 });
		const failed = load(Promise.reject(new Error('invalid ELF header\nat dlopen')));
		await expect(failed).rejects.toThrow(
			/^a native library cannot be loaded on this system \(invalid ELF header\); use Linux with glibc, .*WSL2.*Docker/,
		);
	});
});
