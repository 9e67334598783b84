// The packages that an image has in node_modules: those of the lockfile, from the folders where pnpm installed them.
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Folders and files of a package that only its developers use, by their path in it. */
const forDevelopers =
	/^(?:\.github|__tests__|bench(?:marks?)?|coverage|docs?|examples?|tests?|integrations)(?:\/|$)|^(?:AGENTS|CHANGELOG|CHANGES|HISTORY|README|SECURITY)\b|^example\.|^llms/i;
/** Sources, declarations, maps, tests and configurations of builds, wherever they are. */
const notLoaded =
	/\.(?:map|tsbuildinfo|[cm]?tsx?|flow|markdown|md)$|\.(?:test|spec)\.|(?:^|\/)(?:tsconfig[^/]*\.json|binding\.gyp|\.[^/]+)$/;
const isLicence = (path) => /(?:^|\/)(?:licen[cs]e|notice|copying|third.?party)[^/]*$/i.test(path);

/** Whether a file of an installed package, or a folder, is part of an image. Pure. @param path in the package */
export const isInImage = (path) => isLicence(path) || !(forDevelopers.test(path) || notLoaded.test(path));

/**
 * Finds where packages and everything that they need are installed, and where each belongs in a `node_modules` without
 * links, in which Node finds the same versions.
 *
 * @param sources folders of installed packages by name: those that are needed directly
 * @param isOfEngine whether a package, by its name, is left out of the smaller image with all that only it needs
 * @returns for the smaller image, and for what the larger one adds, by the path in the image, such as
 *   `node_modules/pino`, the folder to copy
 */
export function placePackages(sources, isOfEngine) {
	const placed = new Map();
	const wanted = Object.entries(sources).map(([name, folder]) => ({ name, folder: realpathSync(folder), within: '' }));
	const postponed = [];
	place(placed, wanted, (package_) => isOfEngine(package_.name) && postponed.push(package_) > 0);
	const service = new Map(placed);
	place(placed, postponed, () => false);
	return { service, engine: new Map([...placed].filter(([path]) => !service.has(path))) };
}

/** Places packages and what they need, except those that are postponed, as high as possible. */
function place(placed, wanted, postpone) {
	for (const { name, folder, within } of wanted) {
		if (postpone({ name, folder, within })) continue;
		const visible = visibleFrom(placed, within, name);
		if (visible === folder) continue;
		const path = join(visible === undefined ? '' : within, 'node_modules', name);
		placed.set(path, folder);
		// The loop goes on with what is added.
		for (const needed of neededBy(folder)) wanted.push({ ...needed, within: path });
	}
}

/** The folder of the package that code at a path of the image would get by a name; undefined if there is none yet. */
function visibleFrom(placed, within, name) {
	for (let path = within; ; path = parentOf(path)) {
		const found = placed.get(join(path, 'node_modules', name));
		if (found !== undefined || path === '') return found;
	}
}

const parentOf = (path) => path.slice(0, Math.max(0, path.lastIndexOf('node_modules/') - 1));

/** The installed dependencies of a package; optional ones for other systems are not installed. */
function neededBy(folder) {
	const { dependencies, optionalDependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
	return Object.keys({ ...dependencies, ...optionalDependencies }).flatMap((name) => {
		const found = installedFor(folder, name);
		if (found === undefined && !(name in optionalDependencies)) throw new Error(`${folder} lacks ${name}`);
		return found === undefined ? [] : [{ name, folder: found }];
	});
}

/** The folder of a package as Node finds it from another one; undefined if it is not installed. */
export function installedFor(folder, name) {
	for (let parent = folder; parent !== dirname(parent); parent = dirname(parent)) {
		const candidate = join(parent, 'node_modules', name);
		if (existsSync(join(candidate, 'package.json'))) return realpathSync(candidate);
	}
	return undefined;
}
