import { describe, expect, it } from 'vitest';
import { launchChromium, launchFault } from './chromium.js';

describe('launchFault', () => {
	it('is the missing library in a long report', () => {
		const report =
			'browserType.launch: closed\n - [err] /x/chromium: error while loading shared libraries: libnspr4.so: cannot open\n - <kill>';
		expect(launchFault(report)).toBe('error while loading shared libraries: libnspr4.so: cannot open');
	});

	it('is the first line of any other report', () => {
		expect(launchFault('browserType.launch: spawn EACCES\nCall log:')).toBe('browserType.launch: spawn EACCES');
	});
});

describe('launchChromium', () => {
	it('refuses in one line a browser that does not start, with a remedy', async () => {
		await expect(launchChromium({ executablePath: '/bin/false' })).rejects.toThrow(
			/^\/bin\/false does not start \(.*\): name another Chromium with --chromium\.$/,
		);
	});
});
