import { parseAst } from 'rollup/parseAst';
import { minify as terser } from 'terser';

/**
 * First letters of short names in the script, those of the most used names first. Their order matters only because
 * names of different functions that resemble each other compress better. Any order works; this one saves about 25
 * bytes. `node scripts/tracker-letters.js` has found it by trial, and can search for a better one after larger changes
 * of the code.
 */
export const scriptLetters = 'sfnqkpvFBDRVTAOhtcXyGradobjwCgJ$WU_ZKMlPHQeiYmSELzINux';

const common = { ecma: 2020, module: true, toplevel: true };

/** Makes the code shorter without a change of its behaviour. Every flag was measured. */
async function compress(code) {
	const flags = {
		passes: 5,
		unsafe: true,
		unsafe_arrows: true,
		unsafe_math: true,
		inline: 1,
		booleans_as_integers: true,
	};
	return (await terser(code, { ...common, compress: flags, mangle: false })).code;
}

/**
 * Compresses a script. Its functions become arrow functions, and those of one expression lose their braces. Both make
 * the file 70 bytes smaller, and no minifier does it.
 */
export const compressScript = async (code) => withoutBraces(await compress(withArrows(await compress(code))));

/** Returns the outermost statements of a script that is one call of a function. */
const outermost = (code) => parseAst(code).body[0].expression.callee.body.body;

/**
 * Makes arrow functions, in variables, of the outermost functions of a script. They have neither `this` nor
 * `arguments`, and nothing calls them before the end of the script.
 */
function withArrows(code) {
	const text = ({ start, end }) => code.slice(start, end);
	const statements = outermost(code).map((node) =>
		node.type === 'FunctionDeclaration' && !node.generator
			? `var ${node.id.name}=${node.async ? 'async' : ''}(${node.params.map(text)})=>${text(node.body)}`
			: text(node),
	);
	return `(()=>{${statements.join(';')}})()`;
}

/**
 * Removes the braces around the only expression of outermost arrow functions. They return its value then, which nothing
 * reads: such functions returned nothing, and the page gets none of them.
 */
function withoutBraces(code) {
	const functions = outermost(code)
		.flatMap(({ declarations = [] }) => declarations.map(({ init }) => init))
		.filter((init) => init?.type === 'ArrowFunctionExpression' && !init.async && isOneExpression(init.body));
	let shorter = code;
	// From the last one on, so that the positions of those before stay the same.
	for (const { body } of functions.reverse()) {
		const { start, end } = body.body[0].expression;
		shorter = `${shorter.slice(0, body.start)}(${code.slice(start, end)})${shorter.slice(body.end)}`;
	}
	return shorter;
}

const isOneExpression = ({ type, body }) =>
	type === 'BlockStatement' && body.length === 1 && body[0].type === 'ExpressionStatement';

/**
 * Shortens names. Properties with a leading underscore are shortened too: no code outside the bundle may read them.
 *
 * @param {string} [letters] first letters of names, those of the most used names first. Default: the most frequent
 *   letters
 *   of the code
 */
export async function mangle(code, letters) {
	const names = letters === undefined ? {} : { nth_identifier: { get: (n) => nameOf(n, letters) } };
	const properties = { regex: /^_[a-z]/i, ...names };
	return (await terser(code, { ...common, compress: false, mangle: { properties, ...names } })).code;
}

/** Returns the nth of all names, shorter ones first. */
function nameOf(n, letters) {
	const following = `${letters}0123456789`;
	let name = letters[n % letters.length];
	for (let rest = Math.floor(n / letters.length); rest > 0; rest = Math.floor(rest / following.length)) {
		rest--;
		name += following[rest % following.length];
	}
	return name;
}

/**
 * Rollup plugin: minifies a module with Terser.
 *
 * @param {string} [letters] first letters of names
 */
export const minify = (letters) => ({
	name: 'minify',
	renderChunk: async (code) => mangle(await (letters ? compressScript : compress)(code), letters),
	generateBundle(_options, bundle) {
		// Rollup ends files with an empty line.
		for (const chunk of Object.values(bundle)) chunk.code = chunk.code.trimEnd();
	},
});
