import { describe, expect, it } from 'vitest';
import { platformFault } from './platform.js';

describe('platformFault', () => {
	it('accepts Linux with glibc, and macOS', () => {
		for (const cpu of ['x64', 'arm64']) {
			expect(platformFault({ os: 'linux', cpu, glibc: true })).toBeUndefined();
			expect(platformFault({ os: 'darwin', cpu, glibc: false })).toBeUndefined();
		}
	});

	it.each([
		[{ os: 'win32', cpu: 'x64', glibc: false }, 'does not run on win32/x64'],
		[{ os: 'linux', cpu: 'x64', glibc: false }, 'has musl'],
		[{ os: 'linux', cpu: 'ia32', glibc: true }, 'does not run on linux/ia32'],
	])('names the ways out on %o', (platform, what) => {
		const fault = platformFault(platform);
		expect(fault).toContain(what);
		for (const way of ['WSL2', 'Docker', 'CLICKHOUSE_URL']) expect(fault).toContain(way);
		expect(fault).not.toContain('\n');
	});
});
