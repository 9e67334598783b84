import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const tracker = fileURLToPath(new URL('../../../packages/tracker', import.meta.url));
let tarball: Buffer | undefined;

/** Makes the tarball of the built package, as the documentation says. */
function pack(folder: string): Buffer {
	const words = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder, tracker];
	const [{ filename }] = JSON.parse(execFileSync('npm', words, { encoding: 'utf8' })) as [{ filename: string }];
	const bytes = readFileSync(join(folder, filename));
	rmSync(join(folder, filename));
	return bytes;
}

/** Installs the built tracker in a project, as the files of the package that npm makes of it. */
export function installTracker(project: string): void {
	tarball ??= pack(project);
	const target = join(project, 'node_modules/@footfall/tracker');
	mkdirSync(target, { recursive: true });
	execFileSync('tar', ['xz', '--strip-components=1', '-C', target], { input: tarball });
}
