import { describe, expect, it } from 'vitest';
import { load } from './load.js';

describe('load', () => {
	it('gives the module, or one line on where it would load', async () => {
		expect(await load(Promise.resolve({ run: 1 }))).toEqual({ run: 1 });
		const failed = load(Promise.reject(new Error('invalid ELF header\nat dlopen')));
		await expect(failed).rejects.toThrow(
			/^a native part does not load here \(invalid ELF header\); use Linux with glibc, .*WSL2.*Docker/,
		);
	});
});
