import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, locksOf } from '../support/footfall-process.js';
import { startPackageRegistry } from '../support/package-registry.js';
import { type Packed, packPackages } from '../support/packed.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
/** Commands of the first screen, without their comments. */
const commandsOf = (page: string, heading: string) =>
	[...(page.split(heading)[1] ?? '').matchAll(/```sh\n(.*?)```/gs)]
		.flatMap(([, block = '']) => block.trim().split('\n'))
		.map((line) => line.split(' # ')[0]?.trim() ?? '');
const readme = commandsOf(read('README.md').split('\n## Look at it')[0] ?? '', '## Try it');

const fromNpm = 'npx -y @footfall/cli up';
const packs = 'npx -y pnpm@10 pack:packages /tmp/footfall';
const fromTarball = 'npx -y --package /tmp/footfall/footfall-cli-*.tgz footfall up';
const demo = 'npx -y pnpm@10 demo';

const scratch = mkdtempSync(join(tmpdir(), 'footfall-readme-'));
let packed: Packed;
beforeAll(() => {
	packed = packPackages(scratch);
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
/** Settings by which a command runs beside others, and stops by itself. The command line stays as it is written. */
const beside = (data: string) => ({
	...{ FOOTFALL_PORT: '0', FOOTFALL_ADMIN_PORT: '0', FOOTFALL_DASHBOARD_PORT: '0', FOOTFALL_SHOP_PORT: '0' },
	FOOTFALL_DATA: data,
});

/** A command line in a shell of its own, as in a terminal: Ctrl-C reaches all of its processes. */
function start(line: string, cwd: string, env: NodeJS.ProcessEnv) {
	const { CLICKHOUSE_URL: _, ...inherited } = env;
	const child = spawn(line, { cwd, env: inherited, shell: true, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
	const seen = { stdout: '', stderr: '', code: undefined as number | null | undefined };
	child.stdout.on('data', (chunk) => {
		seen.stdout += chunk;
	});
	child.stderr.on('data', (chunk) => {
		seen.stderr += chunk;
	});
	child.once('close', (code) => {
		seen.code = code;
	});
	const interrupt = () => process.kill(-(child.pid as number), 'SIGINT');
	return { seen, interrupt, ended: async () => (seen.code === undefined ? undefined : (seen.code ?? 'killed')) };
}

describe('the first screen of the README', () => {
	it('has the command of the package, and those of a clone', () => {
		expect(readme).toEqual([fromNpm, packs, fromTarball, demo, 'npx -y pnpm@10 test']);
		const published = commandsOf(read('packages/footfall/README.md'), '# @footfall/cli');
		expect(published).toEqual(expect.arrayContaining([fromNpm, packs, fromTarball]));
		// The second command of a clone is run by the pipeline, which counts its tests: here it would run itself.
		const pipeline = read('.ci/run');
		expect(pipeline).toContain('npx -y pnpm@10 "$1"');
		expect(pipeline).toMatch(/^run_tests test$/m);
	});

	it('starts everything from the registry in an empty folder, and says what to do next', async () => {
		const registry = await startPackageRegistry(packed.folder);
		writeFileSync(join(packed.environment.HOME, '.npmrc'), registry.npmrc);
		const cwd = join(scratch, 'empty');
		mkdirSync(cwd);
		const data = join(cwd, '.footfall');
		const { seen, interrupt, ended } = start(fromNpm, cwd, { ...packed.environment, ...beside(data) });
		try {
			const isUp = async () => {
				if (seen.code !== undefined) throw new Error(seen.stdout + seen.stderr);
				return /Ctrl-C stops/.test(seen.stdout) || undefined;
			};
			await eventually(isUp, 600_000, 500);
		} finally {
			if (seen.code === undefined) interrupt();
			await eventually(ended, 60_000, 200);
			registry.stop();
		}
		expect(registry.asked.filter((path) => path.endsWith('.tgz'))).toHaveLength(1);
		expect(seen.stdout).toMatch(/^Embed it\s+<script defer src="http:\/\/127\.0\.0\.1:\d+\/footfall\.js"/m);
		expect(seen.stdout).toMatch(/^Dashboard\s+http:\/\/127\.0\.0\.1:\d+\/#token=/m);
		expect(seen.stdout).toMatch(/^\s+npx -y @footfall\/cli init writes settings/m);
		expect(seen.stdout).toMatch(/^Stopping\.$/m);
		expect(locksOf(data)).toEqual([]);
		expect(readdirSync(cwd)).toEqual(['.footfall']);
	});

	it('runs the command of a tarball, which the command before has packed', async () => {
		expect(JSON.parse(read('package.json')).scripts['pack:packages']).toMatch(/node scripts\/pack\.js$/);
		const line = fromTarball.replace('/tmp/footfall', packed.folder).replace(/up$/, '--version');
		const { seen, ended } = start(line, scratch, packed.environment);
		expect(await eventually(ended, 600_000, 500), seen.stdout + seen.stderr).toBe(0);
		expect(seen.stdout).toMatch(/^\d+\.\d+\.\d+( \([\da-f]{40}(-dirty)?\))?$/m);
	});

	it('runs the demo of a clone, which loses nothing', async () => {
		const data = join(scratch, 'demo');
		const short = { FOOTFALL_SECONDS: '5', FOOTFALL_HISTORY: 'none', FOOTFALL_BROWSERS: '1' };
		const { seen, ended } = start(demo, root, { ...process.env, ...beside(data), ...short });
		expect(await eventually(ended, 600_000, 500), seen.stdout + seen.stderr).toBe(0);
		expect(seen.stdout).toMatch(/"lost":0,"duplicated":0/);
	});
});
