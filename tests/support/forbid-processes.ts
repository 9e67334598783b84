import childProcess from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
import { expect } from 'vitest';

/** Setup of the project `unit`: every function that starts a process throws. */
for (const name of ['exec', 'execFile', 'execFileSync', 'execSync', 'fork', 'spawn', 'spawnSync'] as const) {
	Object.assign(childProcess, {
		[name]: () => {
			throw new Error(
				`${expect.getState().testPath} is a unit test, and it called ${name}() of node:child_process: a unit test starts no ` +
					'process. If it needs one, add the function that it imports to starterFunctions in tests/support/projects.ts.',
			);
		},
	});
}
syncBuiltinESMExports();
