// Runs the whole suite, or the files named, and ends with the line `N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const scratch = mkdtempSync(join(tmpdir(), 'footfall-test-'));
const report = join(scratch, 'report.json');

const { status } = spawnSync(
	join(root, 'node_modules/.bin/vitest'),
	['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...process.argv.slice(2)],
	{ cwd: root, stdio: 'inherit' },
);

const { passed, failed } = count();
rmSync(scratch, { recursive: true, force: true });
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);

/** A file that does not load, an unhandled error or a runner that died is a failure too, though no test of its own failed. */
function count() {
	try {
		const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
		const brokenFiles = testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
		const failures = numFailedTests + brokenFiles.length;
		return { passed: numPassedTests, failed: status === 0 ? failures : Math.max(1, failures) };
	} catch {
		return { passed: 0, failed: 1 };
	}
}
