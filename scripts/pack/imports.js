// The packages that built code imports.
import { builtinModules } from 'node:module';
import { parseAst } from 'rollup/parseAst';

/**
 * The names of the packages that a module imports, re-exports, loads or resolves by a literal name, without the modules
 * of Node. Pure.
 *
 * @param code JavaScript
 */
export function importedPackages(code) {
	const names = specifiersOf(parseAst(code)).map(packageOf);
	return new Set(names.filter((name) => name !== undefined));
}

/** The text of every literal in the syntax tree that names a module. */
function specifiersOf(tree) {
	const found = [];
	const visit = (node) => {
		if (Array.isArray(node)) return node.forEach(visit);
		if (typeof node?.type !== 'string') return;
		const specifier = specifierOf(node);
		if (typeof specifier?.value === 'string') found.push(specifier.value);
		for (const value of Object.values(node)) if (typeof value === 'object') visit(value);
	};
	visit(tree);
	return found;
}

function specifierOf(node) {
	switch (node.type) {
		case 'ImportDeclaration':
		case 'ExportNamedDeclaration':
		case 'ExportAllDeclaration':
		case 'ImportExpression':
			return node.source;
		case 'CallExpression':
			return loadsModule(node.callee) ? node.arguments[0] : undefined;
	}
}

/** Whether a function takes the name of a module: `require`, or `resolve` of `require` or of `import.meta`. */
function loadsModule({ type, name, object, property }) {
	if (type !== 'MemberExpression') return name === 'require';
	if (property.name !== 'resolve') return false;
	const isRequire = object.name === 'require' || object.callee?.name === 'createRequire';
	return isRequire || object.type === 'MetaProperty';
}

/** The package that a name of a module belongs to; undefined for a path, an address and a module of Node. */
function packageOf(specifier) {
	const [first, second] = specifier.split('/');
	if (!/^@?[a-z\d]/i.test(specifier) || /^[a-z]+:/.test(specifier) || builtinModules.includes(first)) return undefined;
	return first.startsWith('@') ? `${first}/${second}` : first;
}
