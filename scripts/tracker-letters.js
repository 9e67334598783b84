// Searches for names of the variables with which the tracker's script compresses better: swaps two names, and keeps the
// new order if the file is not larger. Prints the best order, for packages/tracker/script-names.js. Arguments: the
// number of tries, 1 to 1,000,000, default 20,000, which takes some minutes; a seed, default 1.
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { createRandom } from '@footfall/random';
import { rollup } from 'rollup';
import { compressScript, mangle } from '../packages/tracker/minify.js';
import config from '../packages/tracker/rollup.config.js';
import { scriptNames } from '../packages/tracker/script-names.js';

const [tries = 20_000, seed = 1] = process.argv.slice(2).map(Number);
if (!(Number.isInteger(tries) && tries >= 1 && tries <= 1_000_000 && Number.isInteger(seed))) {
	process.stderr.write('usage: node scripts/tracker-letters.js [TRIES 1…1000000] [SEED]\n');
	process.exit(2);
}

process.chdir(fileURLToPath(new URL('../packages/tracker', import.meta.url)));
const [{ input, output, plugins }] = config;
const bundle = await rollup({ input, plugins: plugins.filter(({ name }) => name !== 'minify'), logLevel: 'silent' });
const { output: chunks } = await bundle.generate(output);
// The same code with a placeholder for each name: naming it again is much faster than mangling it again.
const placeholders = Array.from({ length: 1_000 }, (_, n) => `name${n}_`);
const code = await mangle(await compressScript(chunks[0].code), placeholders);
const pieces = code.trimEnd().split(/name(\d+)_/);
const used = 1 + Math.max(...pieces.filter((_, i) => i % 2 === 1).map(Number));

let best = [...scriptNames];
let bestBytes = bytesWith(best);
process.stdout.write(`now ${bestBytes} bytes\n`);
const random = createRandom(seed);
for (let i = 1; i <= tries; i++) {
	const names = [...best];
	// A name of the same length, since a longer one in place of a shorter one is hardly ever better.
	const one = Math.floor(random() * used);
	const same = names.flatMap(({ length }, n) => (length === names[one].length && n !== one ? [n] : []));
	const other = same[Math.floor(random() * same.length)];
	[names[one], names[other]] = [names[other], names[one]];
	const bytes = bytesWith(names);
	if (bytes < bestBytes) process.stdout.write(`${bytes} bytes after ${i} tries\n`);
	if (bytes <= bestBytes) [best, bestBytes] = [names, bytes];
}
process.stdout.write(`${best.join(' ')}\n`);

function bytesWith(names) {
	const named = pieces.map((piece, i) => (i % 2 === 1 ? names[Number(piece)] : piece));
	return brotliCompressSync(named.join('')).length;
}
