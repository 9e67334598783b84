// The software bill of materials (SBOM) of a packed package: every package that npm installs with it, on any system.
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
		return withName(bill, JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));
	} finally {
		rmSync(scratch, { recursive: true, force: true });
	}
}

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
