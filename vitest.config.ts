import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { filesByProject, longRuns } from './tests/support/projects.js';
import { WholeFirst } from './tests/support/whole-first.js';

const files = filesByProject();
/** Folder of the published packages, which the first test that needs them packs. */
const packed = join(tmpdir(), `footfall-packed-${process.pid}`);
process.env.FOOTFALL_TEST_PACKED = packed;
process.once('exit', () => rmSync(packed, { recursive: true, force: true }));
/**
 * Number of files at a time, of all projects: many tests wait for processes or timeouts for half of their time, so that
 * two files would not use two cores.
 */
const maxWorkers = 4;
/** Tests that start servers and browsers. */
const withProcesses = {
	isolate: false,
	maxWorkers,
	// Concurrent tests of one file share runs of the transforms: more at once need fewer runs.
	maxConcurrency: 30,
};
/** The variables of the caller count more than the numbers of the project `long`. */
const longEnvironment = Object.fromEntries(
	Object.entries(longRuns).map(([name, value]) => [name, process.env[name] ?? value]),
);
/** Without `--project`, vitest runs the projects `unit` and `whole`. */
const hasProjectOption = process.argv.some((argument) => argument.startsWith('--project'));
const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
	resolve: {
		// Tests read the packages' sources; only what a test starts as a process runs the built files.
		alias: [
			{ find: '@footfall/protocol/currencies', replacement: source('packages/protocol/src/currencies.ts') },
			{ find: '@footfall/protocol/decode', replacement: source('packages/protocol/src/decode.ts') },
			{
				find: '@footfall/collector/testing',
				replacement: source('packages/collector/src/testing/index.ts'),
			},
			{ find: '@footfall/host/kernel', replacement: source('packages/host/src/kernel/index.ts') },
			{ find: '@footfall/definitions/testing', replacement: source('packages/definitions/src/testing/index.ts') },
			{ find: '@footfall/warehouse/columns', replacement: source('packages/warehouse/src/schema/event-columns.ts') },
			{
				find: '@footfall/warehouse/segments',
				replacement: source('packages/warehouse/src/schema/imported-segments.ts'),
			},
			{ find: '@footfall/warehouse/event-time', replacement: source('packages/warehouse/src/event-time.ts') },
			{ find: '@footfall/warehouse/native', replacement: source('packages/warehouse/src/native/index.ts') },
			{ find: '@footfall/warehouse/testing', replacement: source('packages/warehouse/src/testing/index.ts') },
			{ find: '@footfall/dashboard/contract', replacement: source('packages/dashboard/src/contract/contract.ts') },
			{ find: '@footfall/dashboard/testing', replacement: source('packages/dashboard/src/testing/index.ts') },
			{
				find: '@footfall/http-server/testing',
				replacement: source('packages/http-server/src/testing/raw-connection.ts'),
			},
			{
				find: /^@footfall\/(addresses|definitions|host|json|node|protocol|random|http-server|tracker|warehouse|collector|transforms|simulation|dashboard)$/,
				replacement: source('packages/$1/src/index.ts'),
			},
			{ find: '@footfall/demo-shop/testing', replacement: source('demo-shop/src/testing/child-processes.ts') },
			{ find: '@footfall/demo-shop/crowd', replacement: source('demo-shop/src/crowd/index.ts') },
			{ find: '@footfall/demo-shop', replacement: source('demo-shop/src/index.ts') },
		],
	},
	test: {
		// Real servers and browsers share two cores: a slow start is not a failure.
		testTimeout: 180_000,
		hookTimeout: 180_000,
		sequence: { sequencer: WholeFirst },
		projects: [
			{
				extends: true,
				test: {
					name: 'unit',
					include: files.unit,
					// Most files take milliseconds; a context for each would take longer than its tests.
					isolate: false,
					maxWorkers,
					setupFiles: ['tests/support/forbid-processes.ts'],
				},
			},
			{ extends: true, test: { name: 'whole', include: files.whole, ...withProcesses } },
			...(hasProjectOption
				? [
						{ extends: true as const, test: { name: 'firefox', include: files.firefox, ...withProcesses } },
						{
							extends: true as const,
							test: {
								name: 'engine',
								include: files.engine,
								// Both engines get the same tests: those that `long` adds to a file run here, too.
								env: { FOOTFALL_HTTP_ENGINE: 'node', FOOTFALL_THOROUGH: '1' },
								...withProcesses,
							},
						},
						{
							extends: true as const,
							test: {
								name: 'long',
								include: files.long,
								env: longEnvironment,
								// A year of history and many random inputs take minutes on a busy machine.
								testTimeout: 1_200_000,
								...withProcesses,
							},
						},
					]
				: []),
		],
	},
});
