import { minify as terser } from 'terser';

/**
 * First letters of short names in the script, those of the most used names first. Their order matters only because
 * names of different functions that resemble each other compress better. Any order works; this one saves about 25
 * bytes. `node scripts/tracker-letters.js` has found it by trial, and can search for a better one after larger changes
 * of the code.
 */
export const scriptLetters = 'ApnfwdychklgtDWTqHm$NSIZEbjiXsaeBO_UFLCYGzoJvxQRVPKurM';

const common = { ecma: 2020, module: true, toplevel: true };

/** Makes the code shorter without a change of its behaviour. Every flag was measured. */
export async function compress(code) {
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
	renderChunk: async (code) => mangle(await compress(code), letters),
	generateBundle(_options, bundle) {
		// Rollup ends files with an empty line.
		for (const chunk of Object.values(bundle)) chunk.code = chunk.code.trimEnd();
	},
});
