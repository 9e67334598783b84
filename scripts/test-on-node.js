// Runs a short form of the tests with each tested version of Node.js other than the one that runs this script: all unit
// tests, and a few that start the collector on its engines, ClickHouse, workers and a browser. The last line adds up
// the counts, `N passed, N failed`. Arguments: major versions, instead of all others.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeOf, nodeVersions, otherMajors } from './nodes.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
/** Tests of the native parts, and of one event from a page to a mart. */
const wholeTests = [
	'packages/collector/src/engine.test.ts',
	'packages/host/src/kernel',
	'packages/warehouse/src/connection',
	'tests/command/doctor.test.ts',
	'tests/command/event-to-mart.test.ts',
];
const runs = [
	['--project', 'unit'],
	['--project', 'whole', ...wholeTests],
];

const majors = process.argv.length > 2 ? process.argv.slice(2) : otherMajors;
const unknown = majors.find((major) => nodeVersions[major] === undefined);
if (unknown !== undefined) {
	process.stderr.write(`Node.js ${unknown} is not tested; name some of ${Object.keys(nodeVersions).join(', ')}\n`);
	process.exit(2);
}
let [passed, failed] = [0, 0];
for (const major of majors) {
	process.stdout.write(`\nNode.js ${nodeVersions[major]}\n`);
	for (const words of runs) {
		const counted = await runTests(major, words);
		passed += counted.passed;
		failed += counted.failed;
	}
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);

/** Runs scripts/test.js with a version of Node.js. A run without a count is one failure. */
async function runTests(major, words) {
	const node = installed(major);
	if (node === undefined) return { passed: 0, failed: 1 };
	const child = spawn(node, ['scripts/test.js', ...words], {
		cwd: root,
		// Tests that start `node` by its name start this one.
		env: { ...process.env, PATH: [dirname(node), process.env.PATH].join(delimiter) },
		stdio: ['inherit', 'pipe', 'inherit'],
	});
	let output = '';
	child.stdout.on('data', (chunk) => {
		output += chunk;
		process.stdout.write(chunk);
	});
	const [status] = await once(child, 'close');
	const [, count, failures] = /^(\d+) passed, (\d+) failed\n$/m.exec(output.slice(-100)) ?? [];
	const counted = { passed: Number(count ?? 0), failed: Number(failures ?? 0) };
	return status === 0 || counted.failed > 0 ? counted : { ...counted, failed: 1 };
}

function installed(major) {
	try {
		return nodeOf(major);
	} catch (error) {
		process.stdout.write(`FAILED Node.js ${major} could not be installed: ${error}\n`);
		return undefined;
	}
}
