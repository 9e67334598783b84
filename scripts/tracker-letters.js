// Searches for an order of letters with which the names in the tracker's script compress better: swaps two letters, and
// keeps the new order if the file is not larger. Prints the best order, for packages/tracker/minify.js. Arguments: the
// number of tries, 1 to 100,000, default 2,000, which takes two minutes; a seed, default 1.
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { createRandom } from '@footfall/random';
import { rollup } from 'rollup';
import { compressScript, mangle, scriptLetters } from '../packages/tracker/minify.js';
import config from '../packages/tracker/rollup.config.js';

const [tries = 2_000, seed = 1] = process.argv.slice(2).map(Number);
if (!(Number.isInteger(tries) && tries >= 1 && tries <= 100_000 && Number.isInteger(seed))) {
	process.stderr.write('usage: node scripts/tracker-letters.js [TRIES 1…100000] [SEED]\n');
	process.exit(2);
}

process.chdir(fileURLToPath(new URL('../packages/tracker', import.meta.url)));
const [{ input, output, plugins }] = config;
const bundle = await rollup({ input, plugins: plugins.filter(({ name }) => name !== 'minify'), logLevel: 'silent' });
const { output: chunks } = await bundle.generate(output);
const code = await compressScript(chunks[0].code);

let best = scriptLetters;
let bestBytes = await bytesWith(best);
process.stdout.write(`now ${bestBytes} bytes\n`);
const random = createRandom(seed);
for (let i = 1; i <= tries; i++) {
	// The first 14 letters make nearly all names of the script.
	const letters = swapped(
		best,
		Math.floor(random() * (random() < 0.7 ? 14 : best.length)),
		Math.floor(random() * best.length),
	);
	const bytes = await bytesWith(letters);
	if (bytes < bestBytes) process.stdout.write(`${bytes} bytes after ${i} tries\n`);
	if (bytes <= bestBytes) [best, bestBytes] = [letters, bytes];
}
process.stdout.write(`${best}\n`);

async function bytesWith(letters) {
	return brotliCompressSync(await mangle(code, letters)).length;
}

function swapped(letters, i, j) {
	const order = [...letters];
	[order[i], order[j]] = [order[j], order[i]];
	return order.join('');
}
