// The manifests of the published packages.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const json = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** Reads what the manifests of all packages have in common: the version, and the versions of dependencies. */
export function readWorkspace(root) {
	const { catalog } = parse(readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8'));
	const { version, engines } = json(join(root, 'package.json'));
	return { root, catalog, version, node: engines.node };
}

/** The manifest of a package of the workspace. */
export const manifestOf = ({ root }, folder) => json(join(root, folder, 'package.json'));

/**
 * The manifest under which a package is published: that of the workspace without what is of use in the workspace only,
 * with the version of the release. Pure.
 *
 * @param dependencies names and versions; none for a package that needs nothing at run time
 */
export function publishedManifest(manifest, { name, content, shared = [] }, workspace, dependencies = {}) {
	const { private: _, scripts: _scripts, devDependencies: _development, ...kept } = manifest;
	return {
		...kept,
		name,
		version: workspace.version,
		keywords: ['analytics', ...(kept.keywords ?? [])],
		author: 'The Footfall authors',
		engines: { node: workspace.node },
		exports: { ...kept.exports, './package.json': './package.json' },
		files: [...content, ...shared],
		publishConfig: { access: 'public' },
		dependencies,
	};
}

/**
 * The manifest of a package that is bundled in another one. Its dependencies are those of the package around it, since
 * npm expects the dependencies of a bundled package in the bundle. Pure.
 */
export function bundledManifest({ name, license, type, main, module, types, exports }, version) {
	const shipped = exports === undefined ? undefined : withoutTesting(exports);
	return { name, version, license, type, main, module, types, exports: shipped };
}

function withoutTesting(exports) {
	if (typeof exports !== 'object') return exports;
	return Object.fromEntries(Object.entries(exports).filter(([path]) => !path.includes('testing')));
}

/** The folders of the workspace's packages by their names. */
export function workspaceFolders(workspace, folders) {
	return new Map(folders.map((folder) => [manifestOf(workspace, folder).name, folder]));
}

/** The packages of the workspace that a package needs at run time, directly or not, without itself. */
export function workspaceClosure(workspace, folders, folder, found = new Set()) {
	for (const name of Object.keys(manifestOf(workspace, folder).dependencies ?? {})) {
		const needed = folders.get(name);
		if (needed === undefined || found.has(needed)) continue;
		found.add(needed);
		workspaceClosure(workspace, folders, needed, found);
	}
	return [...found];
}

/**
 * The package that has a dependency which is copied.
 *
 * @param packages folders of the packages to look in
 * @throws Error if none of them has it
 */
export function ownerOf(workspace, packages, name) {
	const owner = packages.find((folder) => Object.hasOwn(manifestOf(workspace, folder).dependencies ?? {}, name));
	if (owner === undefined)
		throw new Error(
			`${name} is to be copied into the package, and none of ${packages.join(', ')} depends on it: correct "copied" in scripts/pack/published.js`,
		);
	return owner;
}

/**
 * The dependencies of packages on others than those of the workspace, with exact versions: those that a published file
 * imports. Dependencies of bundles for browsers are in the bundle already.
 *
 * @param imported the packages that published files import, each with one of these files
 * @throws Error if a file imports a package that is no dependency: an installed package would not start
 */
export function outsideDependencies(workspace, folders, used, imported) {
	const declared = new Set(used.flatMap((folder) => Object.keys(manifestOf(workspace, folder).dependencies ?? {})));
	for (const [name, file] of imported)
		if (!declared.has(name))
			throw new Error(`${file} imports ${name}, which no package has among its dependencies: add it to package.json`);
	const outside = [...imported.keys()].filter((name) => !folders.has(name)).sort((a, b) => (a < b ? -1 : 1));
	return Object.fromEntries(outside.map((name) => [name, workspace.catalog[name]]));
}
