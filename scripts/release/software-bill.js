// The software bill of materials (SBOM) of a packed package: every package that npm installs with it, on any system,
// and the names of those that it would install on other systems, if the registry had them.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Makes the SBOM of a packed package with npm, in the format CycloneDX. npm resolves the dependencies as an
 * installation of today would, and reads only their descriptions, which its cache has after an installation.
 *
 * @throws Error if npm cannot resolve a dependency
 */
export function softwareBill(tarball, name) {
	const scratch = mkdtempSync(join(tmpdir(), 'footfall-sbom-'));
	// npm calls the package like its folder.
	const folder = join(scratch, name);
	try {
		mkdirSync(folder, { recursive: true });
		run('tar', ['xzf', tarball, '--strip-components=1', '-C', folder], scratch);
		const quiet = ['--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline'];
		run('npm', ['install', '--package-lock-only', ...quiet], folder);
		const bill = JSON.parse(run('npm', ['sbom', '--package-lock-only', '--sbom-format', 'cyclonedx'], folder));
		const read = (file) => JSON.parse(readFileSync(join(folder, file), 'utf8'));
		return withMissing(withName(bill, read('package.json')), missingPackages(read('package-lock.json')));
	} finally {
		rmSync(scratch, { recursive: true, force: true });
	}
}

/** Name of the property of a bill for a package that the registry does not have. */
const missingProperty = 'footfall:not-in-registry';

/**
 * The optional dependencies that npm has left out of a lockfile without an error, as it does if the registry lacks
 * them; those for other systems are in it otherwise. Pure.
 *
 * @param lock a `package-lock.json`
 * @returns names with versions, such as `a-for-arm64@1.0.0`, sorted
 */
export function missingPackages({ packages }) {
	const found = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
		Object.entries(optionalDependencies)
			.filter(([name]) => !isInstalledFor(packages, path, name))
			.map(([name, version]) => `${name}@${version}`),
	);
	return [...new Set(found)].sort((a, b) => (a < b ? -1 : 1));
}

/** Whether code at a path of the lockfile finds a package, there or in a folder above. */
function isInstalledFor(packages, path, name) {
	for (let parent = path; ; parent = parent.slice(0, Math.max(0, parent.lastIndexOf('node_modules/') - 1))) {
		if (`${parent === '' ? '' : `${parent}/`}node_modules/${name}` in packages) return true;
		if (parent === '') return false;
	}
}

/** Names what the registry lacks in the properties of a bill. Pure. */
function withMissing(bill, missing) {
	const { properties = [], ...metadata } = bill.metadata;
	const named = missing.map((value) => ({ name: missingProperty, value }));
	return { ...bill, metadata: { ...metadata, properties: [...properties, ...named] } };
}

/** The packages that a bill names as missing from the registry. Pure. */
export const missingIn = ({ metadata }) =>
	metadata.properties.filter(({ name }) => name === missingProperty).map(({ value }) => value);

function run(command, args, cwd) {
	const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 2 ** 28 });
	if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${stderr}`);
	return stdout;
}

/** npm names the package of the folder without its scope. Pure. */
function withName(bill, { name, version }) {
	const { component } = bill.metadata;
	const ref = `${name}@${version}`;
	const { purl: _, ...rest } = component;
	const named = { ...rest, 'bom-ref': ref, name, version, purl: `pkg:npm/${name.replace('@', '%40')}@${version}` };
	const dependencies = bill.dependencies.map((each) => (each.ref === component['bom-ref'] ? { ...each, ref } : each));
	return { ...bill, metadata: { ...bill.metadata, component: named }, dependencies };
}
