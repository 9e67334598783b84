import { parseAst } from 'rollup/parseAst';
import { minify as terser } from 'terser';

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
 * Compresses a script. Its functions become arrow functions, and those of one expression lose their braces. Variables
 * become parameters, and comparisons lose their third sign. Functions of the same form stand together. All of this
 * makes the file 120 bytes smaller, and no minifier does it.
 */
export const compressScript = async (code) => {
	const arrows = await compress(withArrows(await compress(code)));
	return inOrder(withShortComparisons(withoutBraces(await compress(withParameters(arrows)))), byForm);
};

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
 * Makes parameters of the variables with which an arrow function begins: `()=>{var a=1;…}` becomes `(a)=>{a=1;…}`,
 * which may then be one expression. They get their values before anything reads them, whatever the caller passes.
 */
function withParameters(code) {
	const edits = [];
	forEachNode(parseAst(code), (node) => {
		const [first] =
			node.type === 'ArrowFunctionExpression' && node.body.type === 'BlockStatement' ? node.body.body : [];
		const [variable, ...more] = first?.type === 'VariableDeclaration' && first.kind === 'var' ? first.declarations : [];
		if (!variable || node.params.some(({ type }) => type === 'RestElement')) return;
		const end = [variable, ...more].findIndex(({ id, init }) => id.type !== 'Identifier' || !init);
		const count = end < 0 ? more.length + 1 : end;
		if (count === 0) return;
		const variables = [variable, ...more].slice(0, count);
		const names = [
			...node.params.map(({ start, end }) => code.slice(start, end)),
			...variables.map(({ id }) => id.name),
		];
		const arrow = code.lastIndexOf('=>', node.body.start);
		edits.push([node.start, arrow, `${node.async ? 'async' : ''}(${names})`], [first.start, variable.start, '']);
		const [next] = more.slice(count - 1);
		if (next) edits.push([variables.at(-1).end, next.start, ';var ']);
	});
	// From the last one on, so that the positions of those before stay the same.
	edits.sort(([a], [b]) => b - a);
	return edits.reduce((text, [start, end, put]) => text.slice(0, start) + put + text.slice(end), code);
}

/** Calls back with a node and every node in it. */
function forEachNode(node, call) {
	if (typeof node !== 'object' || node === null) return;
	if (node.type) call(node);
	for (const child of Object.values(node)) forEachNode(child, call);
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

/**
 * Makes loose comparisons of the strict ones, since the script compares values of one type, but for one: whether a
 * value is the object that `Object` makes of it.
 */
function withShortComparisons(code) {
	const ofObject = /\bObject\(\w+\)[!=]==/g;
	const strict = [...code.matchAll(ofObject)].map(({ index, 0: text }) => index + text.length);
	return code.replace(/([!=])==/g, (text, sign, at) => (strict.includes(at + text.length) ? text : `${sign}=`));
}

/** Compares functions of a script: by the number of their parameters, and longer ones first. */
const byForm = (a, b) => a.node.init.params.length - b.node.init.params.length || b.text.length - a.text.length;

/**
 * Sorts the functions of a script, because the same code compresses better where it is near. They stand after the other
 * variables, and those that a variable needs for its value stand before.
 */
function inOrder(code, compare) {
	const { before, functions, after } = partsOf(code);
	return before + functions.sort(compare).map(({ text }) => text) + after;
}

/** Returns the functions of a script whose order is free, and the code before and after them. */
export function partsOf(code) {
	const text = ({ start, end }) => code.slice(start, end);
	const statements = outermost(code);
	const variables = statements.flatMap(({ declarations = [] }) => declarations);
	const isFunction = ({ init }) => init?.type === 'ArrowFunctionExpression';
	const values = variables.filter((variable) => !isFunction(variable));
	const needed = new Set(values.flatMap(({ init }) => namesIn(init)));
	const isFree = (variable) => isFunction(variable) && !needed.has(variable.id.name);
	const first = variables.filter((variable) => isFunction(variable) && needed.has(variable.id.name));
	const others = statements.filter(({ type }) => type !== 'VariableDeclaration').map(text);
	return {
		before: `(()=>{var ${[...first, ...values].map(text)},`,
		functions: variables.filter(isFree).map((node) => ({ node, text: text(node) })),
		after: `;${others.join(';')}})()`,
	};
}

/**
 * Returns the names of variables in a node, but for those in the functions in it, which are called later. Names of
 * properties are none of variables, even if a variable has the same name.
 */
function namesIn(node) {
	if (Array.isArray(node)) return node.flatMap(namesIn);
	if (typeof node !== 'object' || node === null || /Function/.test(node.type)) return [];
	if (node.type === 'Identifier') return [node.name];
	const { key, property, ...others } = node;
	return Object.values(node.computed ? node : others).flatMap(namesIn);
}

const isOneExpression = ({ type, body }) =>
	type === 'BlockStatement' && body.length === 1 && body[0].type === 'ExpressionStatement';

/** Names of properties, which the order of the names of variables does not change. */
const propertyNames = 'TCIMODKLNPRSUVWXYZ';

/**
 * Shortens names. Properties with a leading underscore are shortened too: no code outside the bundle may read them.
 *
 * @param {readonly string[]} [shortNames] names of variables, those of the most used ones first. Default: those that
 *   Terser makes of the most frequent letters of the code
 */
export async function mangle(code, shortNames) {
	const named = (list) => (shortNames === undefined ? {} : { nth_identifier: { get: (n) => list[n] } });
	const properties = { regex: /^_[a-z]/i, ...named(propertyNames) };
	return (await terser(code, { ...common, compress: false, mangle: { properties, ...named(shortNames) } })).code;
}

/** Sorts the functions of a script by their names in the order of a list; those that it does not have come last. */
export const inOrderOf = (code, names) => {
	const place = ({ node }) => names.indexOf(node.id.name) + 1 || names.length + 1;
	return inOrder(code, (a, b) => place(a) - place(b));
};

/**
 * Rollup plugin: minifies a module with Terser.
 *
 * @param {{ names: readonly string[], order: readonly string[] }} [script] names of the variables of a script, and the
 *   order of its functions
 */
export const minify = (script) => ({
	name: 'minify',
	async renderChunk(code) {
		if (!script) return mangle(await compress(code));
		return inOrderOf(await mangle(await compressScript(code), script.names), script.order);
	},
	generateBundle(_options, bundle) {
		// Rollup ends files with an empty line.
		for (const chunk of Object.values(bundle)) chunk.code = chunk.code.trimEnd();
	},
});
