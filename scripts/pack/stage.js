// Copies what a published package contains into a folder of its own, from which npm packs it.
import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';
import { importedPackages } from './imports.js';
import {
	bundledManifest,
	manifestOf,
	outsideDependencies,
	ownerOf,
	publishedManifest,
	workspaceClosure,
	workspaceFolders,
} from './manifest.js';
import { assets, copied } from './published.js';

/** Files that only the repository needs. Declarations are published with the packages that are imported. */
const isOfRepository = (path) =>
	/\.(map|tsbuildinfo)$|\.test\.|\/testing(\/|$)|\/node_modules(\/|$)|\/web\/(src|tsconfig\.json|rolldown\.config\.js)|\/web\/types(\/|$)/.test(
		path.replaceAll('\\', '/'),
	);

const writeJson = (path, value) => writeFileSync(path, `${JSON.stringify(value, null, '\t')}\n`);

/** Copies folders and files of a package. @param keep whether a path is copied */
function copyContent(from, to, content, keep) {
	mkdirSync(to, { recursive: true });
	for (const name of content) cpSync(join(from, name), join(to, name), { recursive: true, filter: keep });
}

/**
 * Writes the folder of a published package, which replaces an earlier one.
 *
 * @param workspace as `readWorkspace` returns it
 * @param description an element of `published`
 * @param target parent of the folder
 * @returns path of the folder
 */
export async function stage(workspace, description, target) {
	const { root } = workspace;
	const folder = join(target, basename(description.name));
	rmSync(folder, { recursive: true, force: true });
	const source = join(root, description.folder);
	if (description.bundled) stageBundle(workspace, description, folder);
	else {
		copyContent(source, folder, description.content, (path) => !isOfRepository(path));
		writeJson(
			join(folder, 'package.json'),
			publishedManifest(manifestOf(workspace, description.folder), description, workspace),
		);
		if (description.types !== undefined) await joinDeclarations(folder, description.types);
	}
	copyFileSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
	copyFileSync(join(source, 'README.md'), join(folder, 'README.md'));
	return folder;
}

/** Replaces the declarations of a package by those that its users can reach, in the files that the manifest names. */
async function joinDeclarations(folder, files) {
	const joined = new Map();
	for (const file of files) {
		const bundle = await rollup({ input: join(folder, file), plugins: [dts()], logLevel: 'silent' });
		const { output } = await bundle.generate({ format: 'es' });
		await bundle.close();
		joined.set(file, withTabs(output[0].code));
	}
	for (const file of files) rmSync(dirname(join(folder, file)), { recursive: true, force: true });
	for (const [file, text] of joined) {
		mkdirSync(dirname(join(folder, file)), { recursive: true });
		writeFileSync(join(folder, file), text);
	}
}

const withTabs = (text) => text.replaceAll(/^( {4})+/gm, (indent) => '\t'.repeat(indent.length / 4));

/** Writes a package with the packages of the workspace that it needs inside it. */
function stageBundle(workspace, description, folder) {
	const { root } = workspace;
	const isShipped = (path) => !isOfRepository(path) && !path.endsWith('.d.ts');
	copyContent(join(root, description.folder), folder, description.content, isShipped);
	copyContent(root, folder, description.shared, isShipped);
	const folders = workspaceFolders(workspace, workspaceFoldersOf(root));
	const needed = workspaceClosure(workspace, folders, description.folder);
	for (const path of needed) {
		const manifest = manifestOf(workspace, path);
		const target = join(folder, 'node_modules', manifest.name);
		copyContent(join(root, path), target, ['dist', ...(assets[path] ?? [])], isShipped);
		writeJson(join(target, 'package.json'), bundledManifest(manifest, workspace.version));
	}
	const outside = outsideDependencies(workspace, folders, [description.folder, ...needed], packagesIn(folder));
	for (const [name, files] of Object.entries(copied)) copyDependency(workspace, needed, name, files, folder);
	const bundled = [...needed.map((path) => manifestOf(workspace, path).name), ...Object.keys(copied)].sort((a, b) =>
		a < b ? -1 : 1,
	);
	const installed = Object.fromEntries(Object.entries(outside).filter(([name]) => copied[name] === undefined));
	writeJson(join(folder, 'package.json'), {
		...publishedManifest(manifestOf(workspace, description.folder), description, workspace, installed),
		// npm looks for the version of a bundled package among the dependencies.
		dependencies: { ...Object.fromEntries(bundled.map((name) => [name, versionOf(folder, name)])), ...installed },
		bundleDependencies: bundled,
	});
}

/** The folders of all packages of the workspace that may be part of a published one. */
export const workspaceFoldersOf = (root) => [
	...readdirSync(join(root, 'packages')).map((name) => `packages/${name}`),
	'demo-shop',
];

const versionOf = (folder, name) =>
	JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')).version;

/** The packages that the modules of a folder import, each with the first file that imports it. */
function packagesIn(folder) {
	const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.m?js$/.test(file));
	const found = new Map();
	for (const file of files)
		for (const name of importedPackages(readFileSync(join(folder, file), 'utf8')))
			if (!found.has(name)) found.set(name, file);
	return found;
}

/** Copies some files of a dependency, which one of the packages has, with a manifest that has no dependencies. */
function copyDependency(workspace, packages, name, files, folder) {
	const owner = ownerOf(workspace, packages, name);
	const manifestFile = createRequire(join(workspace.root, owner, 'package.json')).resolve(`${name}/package.json`);
	const target = join(folder, 'node_modules', name);
	mkdirSync(target, { recursive: true });
	for (const file of files) copyFileSync(join(dirname(manifestFile), file), join(target, file));
	const {
		dependencies: _,
		devDependencies: _development,
		scripts: _scripts,
		...kept
	} = JSON.parse(readFileSync(manifestFile, 'utf8'));
	writeJson(join(target, 'package.json'), { ...kept, name });
}

/** Size of all files of a folder, bytes. */
export function bytesOf(folder) {
	return readdirSync(folder, { recursive: true, encoding: 'utf8' })
		.map((file) => statSync(join(folder, file)))
		.reduce((sum, stats) => sum + (stats.isFile() ? stats.size : 0), 0);
}
