import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { bundledChromium } from '../../demo-shop/src/shoppers/bundled-chromium.js';
import { diskBytesOf, expectUpTo } from '../support/packed.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8').replaceAll('\n', ' ');

it.runIf(process.platform === 'linux')('an install of a clone takes what the README says', () => {
	// Tests install programs below .cache, which are not a part of an install.
	const gigabytes = (diskBytesOf(join(root, 'node_modules')) - diskBytesOf(join(root, 'node_modules/.cache'))) / 1e9;
	expectUpTo(gigabytes, /An install of a clone takes up to ([\d.]+) GB/.exec(readme)?.[1]);
});

it.runIf(process.platform === 'linux')('the unpacked Chromium takes what the README says', async () => {
	const { path } = await bundledChromium();
	expectUpTo(diskBytesOf(dirname(path)) / 1e9, /takes up to another ([\d.]+) GB/.exec(readme)?.[1]);
	expect(readme).toContain('the demo unpacks the bundled one');
});
