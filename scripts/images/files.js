// Writes the files of the images into a folder, which docker/Dockerfile copies: node scripts/images/files.js FOLDER
//
// FOLDER/service is the published command with the dependencies of the lockfile; FOLDER/engine is what the image
// `footfall` has besides: ClickHouse, Chromium, and the history of the demo.
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readWorkspace, workspaceClosure, workspaceFolders } from '../pack/manifest.js';
import { published } from '../pack/published.js';
import { bytesOf, stage, workspaceFoldersOf } from '../pack/stage.js';
import { installedFor, isInImage, placePackages } from './dependencies.js';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
	process.stderr.write('Give the folder for the files of the images: node scripts/images/files.js FOLDER\n');
	process.exit(2);
}

/** Packages that only `up` and `demo` load: the library of ClickHouse, and Chromium with what drives it. */
const isOfEngine = (name) => /^(?:@chdb\/lib-.+|@sparticuz\/chromium|playwright-core)$/.test(name);

const workspace = readWorkspace(join(dirname(fileURLToPath(import.meta.url)), '../..'));
const command = published.find(({ bundled }) => bundled);
const target = resolve(folder);
const [service, engine] = [join(target, 'service'), join(target, 'engine')];
rmSync(target, { recursive: true, force: true });
mkdirSync(engine, { recursive: true });

renameSync(await stage(workspace, command, target), service);
keepOneNativeFile(join(service, 'node_modules/uWebSockets.js'));
const packages = placePackages(directSources(), isOfEngine);
copyPackages(packages.service, service);
copyPackages(packages.engine, engine);
for (const shared of command.shared) renameSync(join(service, shared), join(engine, shared));
for (const image of [service, engine]) process.stdout.write(`${image}: ${bytesOf(image)} bytes\n`);

/** Removes the native files of uWebSockets.js for other systems and versions than those of this Node. */
function keepOneNativeFile(uws) {
	const { platform, arch, versions } = process;
	const loaded = `uws_${platform}_${arch}_${versions.modules}.node`;
	const files = readdirSync(uws).filter((name) => name.endsWith('.node'));
	if (!files.includes(loaded)) throw new Error(`uWebSockets.js has no ${loaded} among ${files.join(', ')}`);
	for (const name of files.filter((file) => file !== loaded)) rmSync(join(uws, name));
}

/** The folders of the packages that the published command does not contain, but names as dependencies. */
function directSources() {
	const { dependencies, bundleDependencies } = JSON.parse(readFileSync(join(service, 'package.json'), 'utf8'));
	const folders = workspaceFolders(workspace, workspaceFoldersOf(workspace.root));
	const users = [command.folder, ...workspaceClosure(workspace, folders, command.folder)];
	const names = Object.keys(dependencies).filter((name) => !bundleDependencies.includes(name));
	return Object.fromEntries(
		names.map((name) => {
			const found = users.map((user) => installedFor(join(workspace.root, user), name)).find(Boolean);
			if (found === undefined) throw new Error(`${name} is not installed`);
			return [name, found];
		}),
	);
}

/** Copies what an image has of packages, without the packages below them, which have entries of their own. */
function copyPackages(sources, image) {
	for (const [path, source] of sources)
		cpSync(source, join(image, path), {
			recursive: true,
			dereference: true,
			filter: (file) => {
				const within = relative(source, file);
				return within === '' || (within.split('/')[0] !== 'node_modules' && isInImage(within));
			},
		});
}
