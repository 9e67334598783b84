// Runs vitest with the given arguments (projects, files), prints the slowest files and every failed test, and ends with
// the line `N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const scratch = mkdtempSync(join(tmpdir(), 'footfall-test-'));
const reportFile = join(scratch, 'report.json');
const slowestFiles = 10;
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
/** File system in memory on Linux, and the free space that it must have for the databases of a run, in bytes. */
const memoryFiles = '/dev/shm';
const memoryFilesFreeMin = 4 * 1024 ** 3;
/** Folder of the ClickHouse servers that tests start with `startTestWarehouse`. */
const warehouses = mkdtempSync(join(hasMemoryFiles() ? memoryFiles : tmpdir(), 'footfall-test-'));

// Ctrl-C reaches vitest, too. This process ends after it, so that it can remove the folders.
process.on('SIGINT', () => undefined);

const { status } = spawnSync(
	// By its file, since the link in node_modules/.bin runs the Node of the PATH.
	process.execPath,
	[vitest, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`, ...process.argv.slice(2)],
	{ cwd: root, stdio: 'inherit', env: { FOOTFALL_TEST_WAREHOUSES: warehouses, ...process.env } },
);

const report = readReport();
const { passed, failed } = count(report);
for (const folder of [scratch, warehouses]) rmSync(folder, { recursive: true, force: true });
process.stdout.write(`\n${slowest(report)}\n${failures(report)}${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);

/**
 * Small parts of tables are many small files, whose creation on a disk takes a tenth of the processor time of a run.
 * Containers often have only 64 MB in memory.
 */
function hasMemoryFiles() {
	try {
		const { bavail, bsize } = statfsSync(memoryFiles);
		return bavail * bsize >= memoryFilesFreeMin;
	} catch {
		return false;
	}
}

/** The report of vitest, or undefined when the runner died before it wrote one. */
function readReport() {
	try {
		return JSON.parse(readFileSync(reportFile, 'utf8'));
	} catch {
		return undefined;
	}
}

/** A file that does not load, an unhandled error, and a dead runner count as failures, although no test failed. */
function count(report) {
	if (report === undefined) return { passed: 0, failed: 1 };
	const { numPassedTests, numFailedTests, testResults } = report;
	const brokenFiles = testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
	const failures = numFailedTests + brokenFiles.length;
	return { passed: numPassedTests, failed: status === 0 ? failures : Math.max(1, failures) };
}

/** One line for each of the slowest files: its seconds, and its share of the sum over all files. */
function slowest(report) {
	const files = (report?.testResults ?? []).map(({ name, startTime, endTime }) => ({ name, ms: endTime - startTime }));
	const totalMs = files.reduce((sum, { ms }) => sum + ms, 0);
	if (totalMs === 0) return '';
	const lines = files
		.sort((a, b) => b.ms - a.ms)
		.slice(0, slowestFiles)
		.map(({ name, ms }) => {
			const seconds = (ms / 1_000).toFixed(1).padStart(6);
			const share = ((100 * ms) / totalMs).toFixed(1).padStart(5);
			return `${seconds} s ${share} %  ${relative(root, name)}`;
		});
	return ['Slowest files, and their share of the time of all files:', ...lines, ''].join('\n');
}

/** One line for each failed test and each file that did not load, so that the end of a long log names them. */
function failures(report) {
	const failedTests = (report?.testResults ?? [])
		.filter((file) => file.status === 'failed')
		.flatMap(({ name, message, assertionResults }) => {
			const file = relative(root, name);
			if (assertionResults.length === 0) return [`${file}: ${firstLine(message)}`];
			return assertionResults
				.filter((test) => test.status === 'failed')
				.map((test) => `${file}: ${test.fullName}: ${firstLine(test.failureMessages[0])}`);
		});
	return failedTests.map((line) => `FAILED ${line}\n`).join('');
}

function firstLine(message) {
	return (message ?? 'no message').split('\n', 1)[0];
}
