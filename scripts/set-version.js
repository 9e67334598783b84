// Sets the version of every package of the workspace, and that of our packages in the examples, which are outside it:
// node scripts/set-version.js VERSION
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { manifestsOf } from './release/state.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [version] = process.argv.slice(2);
if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version ?? '')) {
	process.stderr.write('Give a version such as 0.2.0: node scripts/set-version.js VERSION\n');
	process.exit(2);
}
for (const path of manifestsOf(root)) {
	const text = readFileSync(join(root, path), 'utf8');
	writeFileSync(join(root, path), text.replace(/^(\t"version": )"[^"]+"/m, `$1"${version}"`));
}
for (const name of readdirSync(join(root, 'examples'))) {
	const path = join(root, 'examples', name, 'package.json');
	if (!existsSync(path)) continue;
	const text = readFileSync(path, 'utf8');
	writeFileSync(path, text.replaceAll(/("@footfall\/[^"]+": )"[^"]+"/g, `$1"${version}"`));
}
process.stdout.write(`${version} is the version of all packages. CHANGELOG.md needs a section of it.\n`);
