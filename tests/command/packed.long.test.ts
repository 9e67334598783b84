import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launchChromium } from '@footfall/demo-shop';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, FootfallProcess, locksOf } from '../support/footfall-process.js';
import { installNode } from '../support/other-node.js';
import { startSite } from '../tracker/support/site-server.js';

const script = fileURLToPath(new URL('../../scripts/pack.js', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'footfall-packed-'));
const packed = join(scratch, 'packed');
/** The environment of a new user: no settings and no cache of npm. */
const environment = { ...process.env, HOME: join(scratch, 'home'), npm_config_update_notifier: 'false' };
const tarball = (name: string) => join(packed, readdirSync(packed).find((file) => file.includes(`-${name}-`)) ?? '');

/** Installs packages in an empty folder, as its only content. @returns the folder */
function installed(name: string, ...packages: string[]): string {
	const folder = join(scratch, name);
	mkdirSync(folder);
	const words = ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...packages.map(tarball)];
	execFileSync('npm', words, { cwd: folder, env: environment, stdio: 'pipe' });
	return folder;
}
const filesOf = (folder: string) => readdirSync(folder, { recursive: true, encoding: 'utf8' });

let browser: Browser;
const started: (() => Promise<void>)[] = [];

beforeAll(async () => {
	browser = await launchChromium();
	mkdirSync(environment.HOME);
	execFileSync(process.execPath, [script, packed], { stdio: 'pipe' });
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
			execFileSync('tar', ['xzf', tarball(name), '--strip-components=1', '-C', folder]);
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

/** The Node with which npm installs, and later ones. */
const nodeOf = (version: string): string =>
	version === 'of the tests' ? process.execPath : installNode(version, join(scratch, `node-${version}`), environment);

describe('the package of the command', () => {
	let folder = '';
	const main = () => join(folder, 'node_modules/.bin/footfall');
	const ports = ['--port', '0', '--admin-port', '0', '--dashboard-port', '0'];
	beforeAll(() => {
		folder = installed('shop', 'cli', 'node');
	});

	it('installs nothing that reports installs, and has the history of the demo', () => {
		expect(existsSync(join(folder, 'node_modules/@scarf'))).toBe(false);
		expect(readdirSync(join(folder, 'node_modules/@footfall/cli/data'))).toContain('shop.csv.zst');
	});

	it.each(['of the tests', '22', '24'])(
		'brings up everything with Node %s, and an event of a page and one of a server reach a mart and the dashboard',
		async (version) => {
			const node = nodeOf(version);
			const data = `data-${version.replaceAll(' ', '-')}`;
			const run = (...args: string[]) =>
				execFileSync(node, [main(), ...args], { cwd: folder, env: environment, encoding: 'utf8' });
			expect(run('--version').trim()).toMatch(/^\d+\.\d+\.\d+/);
			const words = ['up', ...ports, '--transform-seconds', '1', '--data', data];
			const footfall = new FootfallProcess(words, { HOME: environment.HOME }, folder, [node, main()]);
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

	it('runs the demo, which loses nothing', async () => {
		const words = ['demo', ...ports, '--seconds', '5', '--history', 'none', '--browsers', '0', '--data', 'demo'];
		const demo = new FootfallProcess(words, { HOME: environment.HOME }, folder, [process.execPath, main()]);
		expect(await demo.exit()).toBe(0);
		expect(demo.stdout).toMatch(/"lost":0,"duplicated":0/);
	});
});
