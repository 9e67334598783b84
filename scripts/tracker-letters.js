// Searches for names of the variables, and for an order of the functions, with which the tracker's script compresses
// better: swaps two names or moves a function, and keeps the change if the file is not larger. Writes the best into
// packages/tracker/script-names.js. Arguments: the number of tries, 1 to 1,000,000, default 20,000, which takes some
// minutes; a seed, default 1.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { createRandom } from '@footfall/random';
import { rollup } from 'rollup';
import { compressScript, inOrderOf, mangle, partsOf } from '../packages/tracker/minify.js';
import config from '../packages/tracker/rollup.config.js';
import { scriptNames, scriptOrder } from '../packages/tracker/script-names.js';

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
const placeholder = (n) => `name${n}_`;
const code = await mangle(
	await compressScript(chunks[0].code),
	scriptNames.map((_, n) => placeholder(n)),
);
const order = scriptOrder.map((name) => placeholder(scriptNames.indexOf(name)));
const parts = partsOf(inOrderOf(code, order));
const functions = parts.functions.map(({ text }) => piecesOf(text));
const [before, after] = [parts.before, parts.after].map(piecesOf);
const used = 1 + Math.max(...[before, ...functions, after].flatMap((pieces) => pieces.map(({ name }) => name)));

let best = { names: [...scriptNames], functions };
let bestBytes = bytesOf(best);
process.stdout.write(`now ${bestBytes} bytes\n`);
const random = createRandom(seed);
const any = (length) => Math.floor(random() * length);
for (let i = 1; i <= tries; i++) {
	const tried = i % 2 === 0 ? withNamesSwapped(best) : withFunctionMoved(best);
	const bytes = bytesOf(tried);
	const isBetter = bytes < bestBytes;
	if (bytes <= bestBytes) [best, bestBytes] = [tried, bytes];
	if (!isBetter) continue;
	process.stdout.write(`${bytes} bytes after ${i} tries\n`);
	writeFileSync('script-names.js', textOf(best));
}

/** Splits code at its placeholders: texts, each with the number of the name that follows it, -1 for none. */
function piecesOf(text) {
	const split = text.split(/name(\d+)_/);
	return split.flatMap((piece, i) => (i % 2 === 0 ? [{ text: piece, name: Number(split[i + 1] ?? -1) }] : []));
}

/** Swaps two names of the same length, since a longer one in place of a shorter one is hardly ever better. */
function withNamesSwapped({ names, functions }) {
	const swapped = [...names];
	const one = any(used);
	const same = names.flatMap(({ length }, n) => (length === names[one].length && n !== one ? [n] : []));
	const other = same[any(same.length)];
	[swapped[one], swapped[other]] = [names[other], names[one]];
	return { names: swapped, functions };
}

function withFunctionMoved({ names, functions }) {
	const moved = [...functions];
	const [one] = moved.splice(any(moved.length), 1);
	moved.splice(any(moved.length + 1), 0, one);
	return { names, functions: moved };
}

function bytesOf({ names, functions }) {
	const named = (pieces) => pieces.map(({ text, name }) => text + (names[name] ?? '')).join('');
	return brotliCompressSync(named(before) + functions.map(named) + named(after)).length;
}

function textOf({ names, functions }) {
	const list = (name, values) => {
		const lines = [''];
		for (const value of values) {
			if (`${lines.at(-1)}${value} `.length > 110) lines.push('');
			lines[lines.length - 1] += `${value} `;
		}
		lines[lines.length - 1] = lines.at(-1).trimEnd();
		return `export const ${name} = (\n\t${lines.map((line) => `'${line}'`).join(' +\n\t')}\n).split(' ');\n`;
	};
	return `/**
 * Names of variables in the script, those of the most used variables first, and the order of its functions by their
 * names. They matter only because names that resemble each other in similar places compress better, and so does the
 * same code where it is near. Any names and any order work; these save about 150 bytes.
 * \`node scripts/tracker-letters.js\` has found them by trial, and searches for better ones after changes of the code.
 */
${list('scriptNames', names)}
${list(
	'scriptOrder',
	functions.map(([{ name }]) => names[name]),
)}`;
}
