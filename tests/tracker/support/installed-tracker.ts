import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { packedOnce } from '../../support/packed.js';

/** Installs the built tracker in a project, as the files of the package that npm makes of it. */
export function installTracker(project: string): void {
	const target = join(project, 'node_modules/@footfall/tracker');
	mkdirSync(target, { recursive: true });
	execFileSync('tar', ['xzf', packedOnce()('tracker'), '--strip-components=1', '-C', target]);
}
