// The versions of Node.js with which the tests run, besides the one that runs them. The packages `node-PLATFORM-ARCH`
// of npm have the binary in them and need no script. They are not in the catalog, since each takes 200 MB and few tests
// need them: the first one installs it below node_modules.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = join(dirname(fileURLToPath(import.meta.url)), '../node_modules/.cache/footfall-nodes');

/** Versions by their major version, pinned exactly like all native code. */
export const nodeVersions = { 20: '20.20.2', 22: '22.23.5', 24: '24.22.3' };

/** The major versions besides that of this process. */
export const otherMajors = Object.keys(nodeVersions).filter((major) => major !== process.versions.node.split('.')[0]);

/**
 * The path of the binary of a major version, which is installed if it is missing; that of this process for its own.
 *
 * @param major such as `24`
 * @throws Error if npm cannot install it
 */
export function nodeOf(major) {
	if (process.versions.node.split('.')[0] === major) return process.execPath;
	const name = `node-${process.platform}-${process.arch}`;
	const version = nodeVersions[major];
	const target = join(folder, version);
	const binary = join(target, 'node_modules', name, 'bin/node');
	if (existsSync(binary)) return binary;
	mkdirSync(folder, { recursive: true });
	// Several tests may install it at the same time: each in a folder of its own, of which the first is kept.
	const own = mkdtempSync(join(folder, 'install-'));
	try {
		const words = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', '.', `${name}@${version}`];
		execFileSync('npm', words, { cwd: own, stdio: 'pipe' });
		if (!existsSync(target)) renameSync(own, target);
	} finally {
		rmSync(own, { recursive: true, force: true });
	}
	return binary;
}
