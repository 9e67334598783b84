import { StartRefusal } from '@footfall/host';
import { describe, expect, it } from 'vitest';
import { chooseEngine, fallbackMessage, type NativeHost, whyUnloaded } from './choose-engine.js';
import type { Engine } from './engine.js';

const debian12: NativeHost = { nodeVersion: '24.1.0', abi: '137', platform: 'linux-x64', glibc: '2.36' };

/** The beginning of every message of uWebSockets.js, whatever the fault is. */
const preamble =
	'This version of uWS.js supports only Node.js versions 16, 18, 20, 21, 22, 24 and 25 on (glibc) Linux, macOS and Windows, on Tier 1 platforms (https://github.com/nodejs/node/blob/master/BUILDING.md#platform-list).\n\nError: ';
const tooOldGlibc = `${preamble}/lib/x86_64-linux-gnu/libc.so.6: version \`GLIBC_2.38' not found (required by /app/node_modules/uwebsockets/uws_linux_x64_137.node)`;

const uws: Engine = { name: 'uws', listen: () => Promise.reject(new Error('not in this test')) };
const loads = () => Promise.resolve(uws);
const fails = () => Promise.reject(new Error(tooOldGlibc));

describe('the choice of an engine', () => {
	it('auto takes uWebSockets.js where it loads, and Node elsewhere, with the reason', async () => {
		expect(await chooseEngine('auto', loads)).toEqual({ engine: uws });
		const { engine, fallbackReason } = await chooseEngine('auto', fails, () => debian12);
		expect(engine.name).toBe('node');
		expect(fallbackReason).toBe(
			'its file for Node.js 24.1.0 needs glibc 2.38 or later, and this system has glibc 2.36',
		);
	});

	it('uws is refused where it does not load, and says what to do', async () => {
		expect(await chooseEngine('uws', loads)).toEqual({ engine: uws });
		const refused = chooseEngine('uws', fails, () => debian12);
		await expect(refused).rejects.toThrow(StartRefusal);
		await expect(refused).rejects.toThrow(/needs glibc 2\.38 .*this system has glibc 2\.36.*Use --http-engine node/);
	});

	it('node does not load uWebSockets.js', async () => {
		const { engine, fallbackReason } = await chooseEngine('node', () => {
			throw new Error('loaded');
		});
		expect([engine.name, fallbackReason]).toEqual(['node', undefined]);
	});

	it('the log line says what the other engine costs and how to accept it', () => {
		expect(fallbackMessage('it is not installed')).toMatch(
			/because uWebSockets\.js does not load: it is not installed\. .*--http-engine node/,
		);
	});
});

describe('the reason why uWebSockets.js does not load', () => {
	it.each<[what: string, message: string, host: Partial<NativeHost>, expected: string]>([
		[
			'a version of Node without a file',
			`${preamble}Error: Cannot find module './uws_linux_x64_147.node'\nRequire stack:\n- /app/node_modules/uwebsockets/uws.js`,
			{ nodeVersion: '26.0.0', abi: '147' },
			'it has no file for Node.js 26.0.0 (ABI 147) on linux-x64',
		],
		[
			'a system with another C library',
			`${preamble}Error loading shared library ld-linux-x86-64.so.2: No such file or directory`,
			{ glibc: undefined },
			'it needs glibc, and this system has another C library',
		],
		[
			'an installation without the package',
			"Cannot find package 'uWebSockets.js' imported from /app/dist/uws-engine.js",
			{},
			'it is not installed',
		],
		['any other fault', `${preamble}file too short`, {}, 'file too short'],
	])('the reason names %s', (_, message, host, expected) => {
		expect(whyUnloaded(message, { ...debian12, ...host })).toBe(expected);
	});
});
