import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('../../../scripts/pack.js', import.meta.url));
let tarball: Buffer | undefined;

/** Makes the tarball of the package, as it is published. */
function pack(folder: string): Buffer {
	const packed = join(folder, 'packed');
	execFileSync(process.execPath, [script, packed, '@footfall/tracker']);
	const [file = ''] = readdirSync(packed);
	const bytes = readFileSync(join(packed, file));
	rmSync(packed, { recursive: true });
	return bytes;
}

/** Installs the built tracker in a project, as the files of the package that npm makes of it. */
export function installTracker(project: string): void {
	tarball ??= pack(project);
	const target = join(project, 'node_modules/@footfall/tracker');
	mkdirSync(target, { recursive: true });
	execFileSync('tar', ['xz', '--strip-components=1', '-C', target], { input: tarball });
}
