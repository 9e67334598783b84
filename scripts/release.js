// Prepares a release and publishes nothing: node scripts/release.js [--dry-run] [--out FOLDER]. It builds from scratch,
// packs and checks the packages, and writes them with their checksums, an SBOM each, a provenance statement and the
// notes of the release into a folder. A dry run goes on where a release would be refused, and says why.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { published } from './pack/published.js';
import { sectionOf } from './release/changelog.js';
import { removeBuilt } from './release/from-scratch.js';
import { digestOf, provenance, sums } from './release/provenance.js';
import { missingIn, softwareBill } from './release/software-bill.js';
import { readState, refusalsOf } from './release/state.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const startedOn = new Date();

/** The flags. @returns undefined if they are wrong, after a line that says so */
function readFlags() {
	try {
		const { values } = parseArgs({ options: { 'dry-run': { type: 'boolean' }, out: { type: 'string' } } });
		return { isDry: values['dry-run'] === true, out: values.out };
	} catch (error) {
		process.stderr.write(`${error.message}\nUsage: node scripts/release.js [--dry-run] [--out FOLDER]\n`);
		process.exit(2);
	}
}

/** Runs a script of the repository with its output, and ends this process if it fails. */
function run(script, ...args) {
	const { status } = spawnSync(process.execPath, [join(root, script), ...args], { cwd: root, stdio: 'inherit' });
	if (status === 0) return;
	process.stderr.write(`release: ${script} failed, so nothing was prepared\n`);
	process.exit(1);
}

const { isDry, out } = readFlags();
const state = readState(root);
const { version } = state;
const refusals = refusalsOf(state);
for (const refusal of refusals)
	process.stderr.write(`release: ${isDry ? 'a release would be refused: ' : ''}${refusal}\n`);
if (refusals.length > 0 && !isDry) process.exit(1);

const folder = resolve(out ?? join(root, 'release', version));
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
removeBuilt(root);
run('scripts/build.js');
run('scripts/pack.js', folder);
run('scripts/check-packages.js', folder);

/** The packed files, in the order in which they are published: a page needs no server, and a server no command. */
const files = published.map(({ name }) => {
	const start = `${name.replace('@', '').replace('/', '-')}-`;
	return {
		name,
		file: join(
			folder,
			readdirSync(folder).find((each) => each.startsWith(start) && each.endsWith('.tgz')),
		),
	};
});
const bills = files.map(({ name, file }) => {
	const billFile = file.replace(/\.tgz$/, '.cdx.json');
	const bill = softwareBill(file, name);
	writeFileSync(billFile, `${JSON.stringify(bill, null, '\t')}\n`);
	for (const missing of missingIn(bill))
		process.stderr.write(`release: the registry lacks ${missing}, which ${name} would install on another system\n`);
	return billFile;
});
const statement = provenance({
	packages: files.map(({ name, file }) => ({ name, version, ...digestOf(file) })),
	byproducts: bills.map((bill) => ({ name: basename(bill), digest: { sha256: digestOf(bill).digest.sha256 } })),
	lockfile: digestOf(join(root, 'pnpm-lock.yaml')).digest.sha256,
	state,
	isDry,
	startedOn,
	finishedOn: new Date(),
});
writeFileSync(join(folder, `footfall-${version}.intoto.json`), `${JSON.stringify(statement, null, '\t')}\n`);
const notes = sectionOf(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'), version);
writeFileSync(join(folder, 'release-notes.md'), notes?.text ?? '');
writeFileSync(join(folder, 'SHA256SUMS'), sums(folder));
process.stdout.write(`\n${folder}: ${readdirSync(folder).sort().join(', ')}\n`);

if (isDry) process.stdout.write('This was a dry run. Nothing is tagged or published.\n');
else
	process.stdout.write(`Nothing is tagged or published yet. These commands do:

git tag --sign v${version} --message 'Footfall ${version}' ${state.commit}
git push origin v${version}
${files.map(({ file }) => `npm publish ${file} --access public`).join('\n')}
`);
