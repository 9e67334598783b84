import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launchChromium } from '@footfall/demo-shop';
import { buildInfoOf, versionLine } from '@footfall/host';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inCountry, mmdb } from '../../packages/collector/src/testing/mmdb.js';
import { nodeOf, nodeVersions } from '../../scripts/nodes.js';
import { doctor, faultsOf } from '../support/doctor.js';
import { eventually, FootfallProcess, locksOf } from '../support/footfall-process.js';
import { diskBytesOf, expectUpTo, type Packed, packPackages } from '../support/packed.js';
import { startSite } from '../tracker/support/site-server.js';

const scratch = mkdtempSync(join(tmpdir(), 'footfall-packed-'));
let packed: Packed;

/** Installs packages in an empty folder, as its only content. @returns the folder */
function installed(name: string, ...packages: string[]): string {
	const folder = join(scratch, name);
	mkdirSync(folder);
	const words = ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...packages.map(packed.tarball)];
	execFileSync('npm', words, { cwd: folder, env: packed.environment, stdio: 'pipe' });
	return folder;
}
const root = fileURLToPath(new URL('../..', import.meta.url));
const readme = readFileSync(join(root, 'packages/footfall/README.md'), 'utf8');
const builtFrom = buildInfoOf(
	process.env.FOOTFALL_COMMIT,
	readFileSync(join(root, 'package.json'), 'utf8'),
	readFileSync(join(root, 'packages/host/dist/build.json'), 'utf8'),
);
const filesOf = (folder: string) => readdirSync(folder, { recursive: true, encoding: 'utf8' });

let browser: Browser;
const started: (() => Promise<void>)[] = [];

beforeAll(async () => {
	browser = await launchChromium();
	packed = packPackages(scratch);
});
afterAll(async () => {
	await browser?.close();
	for (const stop of started) await stop();
	rmSync(scratch, { recursive: true, force: true });
});

describe('the published packages', () => {
	it('have no sources, tests or build files, and manifests that hold outside of the repository', () => {
		for (const name of ['tracker', 'node', 'cli']) {
			const folder = join(scratch, `unpacked-${name}`);
			mkdirSync(folder);
			execFileSync('tar', ['xzf', packed.tarball(name), '--strip-components=1', '-C', folder]);
			const files = filesOf(folder);
			expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json']));
			expect(
				files.filter((file) => /\.test\.|\.tsbuildinfo$|\.map$|(?<!\.d)\.ts$|(^|\/)(src|testing)\//.test(file)),
			).toEqual([]);
			const text = readFileSync(join(folder, 'package.json'), 'utf8');
			expect(text).not.toMatch(/workspace:|catalog:|devDependencies|"scripts"|"private"/);
		}
	});
});

describe('the package of the command', () => {
	let folder = '';
	const main = () => join(folder, 'node_modules/.bin/footfall');
	const ports = ['--port', '0', '--admin-port', '0', '--dashboard-port', '0'];
	beforeAll(() => {
		folder = installed('shop', 'cli', 'node');
		writeFileSync(join(folder, 'country.mmdb'), mmdb({ '127.0.0.0/8': inCountry('DE') }));
	});

	it('installs nothing that reports installs, and has the history of the demo', () => {
		expect(existsSync(join(folder, 'node_modules/@scarf'))).toBe(false);
		expect(readdirSync(join(folder, 'node_modules/@footfall/cli/data'))).toContain('shop.csv.zst');
	});

	it('takes no more space than its README says, and has the native files that it lists', () => {
		const gigabytes = diskBytesOf(join(folder, 'node_modules')) / 1e9;
		for (const page of [readme, readFileSync(join(root, 'README.md'), 'utf8')])
			expectUpTo(
				gigabytes,
				/(?:An install takes|one of the package)\sup to ([\d.]+) GB/.exec(page.replaceAll('\n', ' '))?.[1],
			);
		const natives = readdirSync(join(folder, 'node_modules/@footfall/cli/node_modules/uWebSockets.js'))
			.filter((file) => file.endsWith('.node'))
			.map((file) => file.replace(/^uws_|_\d+\.node$/g, ''));
		expect(new Set(natives)).toEqual(new Set(['linux_x64', 'linux_arm64']));
		expect(natives).toHaveLength(2 * 4);
	});

	it('sets up an empty folder with one command, which asks nothing and overwrites nothing', () => {
		const empty = join(scratch, 'empty');
		mkdirSync(empty);
		const init = () => {
			const words = [main(), 'init'];
			return execFileSync(process.execPath, words, { cwd: empty, env: packed.environment, encoding: 'utf8' });
		};
		expect(init()).toMatch(/^Wrote\s+footfall\/definitions\.json$/m);
		const files = filesOf(empty).filter((file) => /\.(json|sql)$/.test(file));
		expect(files).toEqual(expect.arrayContaining(['footfall.json', 'footfall/definitions.json']));
		const mine = (file: string) => (file.endsWith('.json') ? '{}' : 'mine');
		for (const file of files) writeFileSync(join(empty, file), mine(file));
		const again = init();
		expect(again).not.toMatch(/^Wrote/m);
		expect(files.filter((file) => readFileSync(join(empty, file), 'utf8') !== mine(file))).toEqual([]);
	});

	it('finds that this machine suffices', async () => {
		const program = [process.execPath, main()];
		const { code, found } = await doctor(ports, { cwd: folder, program });
		expect({ code, faults: faultsOf(found) }).toEqual({ code: 0, faults: [] });
	});

	it.each(Object.keys(nodeVersions))(
		'brings up everything with Node %s, and an event of a page and one of a server reach a mart and the dashboard',
		async (version) => {
			const node = nodeOf(version);
			const data = `data-${version}`;
			const run = (...args: string[]) =>
				execFileSync(node, [main(), ...args], { cwd: folder, env: packed.environment, encoding: 'utf8' });
			expect(run('--version').trim()).toBe(versionLine(builtFrom));
			const words = ['up', ...ports, '--transform-seconds', '1', '--data', data, '--country-database', 'country.mmdb'];
			const footfall = new FootfallProcess(words, { HOME: packed.environment.HOME }, folder, [node, main()]);
			try {
				const collector = await footfall.collectorUrl();
				const dashboard = await footfall.printed(/^Dashboard\s+(\S+)/m);
				const tag = await footfall.printed(/^Embed it\s+(.+)$/m);
				const site = await startSite(() => `<!doctype html><title>Shoes</title>${tag}<h1>Shoes</h1>`, {});
				started.push(() => site.stop());
				// A headless browser's own name is that of a bot, which the marts leave out.
				const userAgent = 'Mozilla/5.0 (X11; Linux x86_64) Chrome/147.0.0.0 Safari/537.36';
				const page = await browser.newPage({ userAgent });
				await page.goto(site.url);
				const server = `import { createFootfall } from '@footfall/node';
const footfall = createFootfall({ collector: process.argv[2], site: 'shop' });
await footfall.track('renewed', { userId: 7 });
await footfall.close();`;
				writeFileSync(join(folder, 'server.mjs'), server);
				execFileSync(node, ['server.mjs', collector], { cwd: folder });
				const counted =
					"SELECT name, events FROM event_days WHERE is_total AND name IN ('renewed', 'view') ORDER BY name";
				const inMart = async () =>
					run('sql', '--data', data, '--format', 'tsv', counted).includes('renewed\t1\nview\t1') ? true : undefined;
				await eventually(inMart, 60_000, 1_000);
				const seen = "SELECT country, device FROM events WHERE name = 'view'";
				expect(run('sql', '--data', data, '--format', 'tsv', seen)).toContain('DE\tdesktop');
				await page.goto(dashboard);
				// The page of the token goes on to the dashboard.
				await page.waitForSelector('[data-view]');
				await page.goto(`${new URL(dashboard).origin}/?view=events`);
				await page.getByText('renewed').first().waitFor();
			} finally {
				expect(await footfall.interrupt()).toBe(0);
			}
			expect(locksOf(join(folder, data))).toEqual([]);
		},
	);

	it('simulates a history, which it compresses, and imports it once', () => {
		const run = (...args: string[]) =>
			execFileSync(process.execPath, [main(), ...args], { cwd: folder, env: packed.environment, encoding: 'utf8' });
		const days = ['--from', '2026-01-01', '--to', '2026-01-02', '--dau', '5'];
		run('simulate', 'history', ...days, '--out', 'history.csv.zst');
		// The magic number of Zstandard.
		expect(readFileSync(join(folder, 'history.csv.zst')).readUInt32LE()).toBe(0xfd2fb528);
		expect(run('import', 'history.csv.zst', '--data', 'imported')).toMatch(/[1-9]\d* events stored\.\n$/);
	});

	it('runs the demo, which loses nothing', async () => {
		const words = ['demo', ...ports, '--seconds', '5', '--history', 'none', '--browsers', '0', '--data', 'demo'];
		const demo = new FootfallProcess(words, { HOME: packed.environment.HOME }, folder, [process.execPath, main()]);
		expect(await demo.exit()).toBe(0);
		expect(demo.stdout).toMatch(/"lost":0,"duplicated":0/);
	});
});
