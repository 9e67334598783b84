// Runs a benchmark by its name. Each prints a table and ends with one JSON object, takes minutes, and needs a quiet
// machine.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = join(dirname(fileURLToPath(import.meta.url)), '../bench');
const names = readdirSync(folder, { withFileTypes: true })
	.filter((entry) => entry.isFile())
	.map(({ name }) => name.replace(/\.js$/, ''));
const [name = '', ...options] = process.argv.slice(2);
if (!names.includes(name)) {
	process.stderr.write(`Which benchmark? pnpm bench ${names.join(' | ')}\n`);
	process.exit(2);
}
process.exit(spawnSync(process.execPath, [join(folder, `${name}.js`), ...options], { stdio: 'inherit' }).status ?? 1);
