import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missingIn } from '../../scripts/release/software-bill.js';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'footfall-release-'));
const clone = join(scratch, 'clone');
const out = join(scratch, 'out');
const environment = { ...process.env, npm_config_update_notifier: 'false', GIT_CONFIG_GLOBAL: '/dev/null' };
const version = '9.9.9';

const git = (...args: string[]) =>
	execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@shop.example', ...args], {
		cwd: clone,
		env: environment,
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'pipe'],
	}).trim();

/** Runs a script of the clone. @returns its exit code, and all that it printed */
function run(script: string, ...args: string[]): { code: number | null; text: string } {
	const { status, stdout, stderr } = spawnSync(process.execPath, [join(clone, 'scripts', script), ...args], {
		cwd: clone,
		env: environment,
		encoding: 'utf8',
		maxBuffer: 2 ** 26,
	});
	return { code: status, text: stdout + stderr };
}
const inClone = (path: string) => readFileSync(join(clone, path), 'utf8');

/** Removes the changes of a test from the clone. */
function restore(): void {
	git('checkout', '--', '.');
	git('clean', '-dfq');
}

/** Copies the files of this working tree, also those that are not committed yet, into a repository of one commit. */
beforeAll(() => {
	const listed = execFileSync('git', ['ls-files', '-coz', '--exclude-standard'], { cwd: repository, encoding: 'utf8' });
	for (const path of listed.split('\0').filter((each) => each !== '')) {
		mkdirSync(dirname(join(clone, path)), { recursive: true });
		cpSync(join(repository, path), join(clone, path), { force: true, errorOnExist: false });
	}
	git('init', '--quiet');
	const install = ['-y', 'pnpm@10', 'install', '--frozen-lockfile', '--prefer-offline'];
	execFileSync('npx', install, { cwd: clone, env: environment, stdio: 'pipe' });
	// A version of the test, so that it does not depend on the state of the changelog.
	expect(run('set-version.js', version).code).toBe(0);
	const changelog = inClone('CHANGELOG.md');
	const section = `## ${version} (2026-01-31)\n\nOf the test.\n\n### Added\n\n- A release.\n\n`;
	writeFileSync(join(clone, 'CHANGELOG.md'), changelog.replace(/^## /m, `${section}## `));
	// The pages of a version that npm has.
	for (const path of git('ls-files', '--others', '--exclude-standard', '*.md')
		.split('\n')
		.filter((each) => each !== 'RELEASING.md'))
		writeFileSync(join(clone, path), inClone(path).replaceAll('not on npm yet', 'on npm'));
	git('add', '--all');
	git('commit', '--quiet', '--message', 'Release');
}, 600_000);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const digest = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');

describe('a dry run of a release', () => {
	let text = '';
	beforeAll(() => {
		// A file of a source that was removed since would be packed, if the build did not start from scratch.
		mkdirSync(join(clone, 'packages/node/dist'), { recursive: true });
		writeFileSync(join(clone, 'packages/node/dist/removed.js'), '');
		const ran = run('release.js', '--dry-run', '--out', out);
		expect(ran.code, ran.text).toBe(0);
		text = ran.text;
	}, 600_000);
	const files = () => readdirSync(out).sort();

	it('writes the packages with their checksums, bills, provenance and notes, and publishes nothing', () => {
		const packages = ['cli', 'node', 'tracker'].map((name) => `footfall-${name}-${version}`);
		const expected = packages.flatMap((name) => [`${name}.tgz`, `${name}.cdx.json`]);
		const others = ['SHA256SUMS', `footfall-${version}.intoto.json`, 'release-notes.md'];
		expect(new Set(files())).toEqual(new Set([...expected, ...others]));
		expect(text).toContain('This was a dry run. Nothing is tagged or published.');
		expect(text).not.toContain('would be refused');
		expect(git('tag', '--list')).toBe('');
		expect(readFileSync(join(out, 'release-notes.md'), 'utf8')).toBe('Of the test.\n\n### Added\n\n- A release.\n');
		for (const line of readFileSync(join(out, 'SHA256SUMS'), 'utf8').trim().split('\n')) {
			const [sum, name = ''] = line.split('  ');
			expect(digest(join(out, name))).toBe(sum);
		}
		const listed = execFileSync('tar', ['tzf', join(out, `footfall-node-${version}.tgz`)], { encoding: 'utf8' });
		expect(listed).not.toContain('removed.js');
		const command = execFileSync('tar', ['tzf', join(out, `footfall-cli-${version}.tgz`)], { encoding: 'utf8' });
		for (const path of ['systemd/footfall-up.service', 'kubernetes/kustomization.yaml', 'proxies/Caddyfile'])
			expect(command).toContain(`package/deploy/${path}\n`);
	});

	it.each(['cli', 'node', 'tracker'])('lists what comes with @footfall/%s, by the schema of CycloneDX', (name) => {
		const bill = JSON.parse(readFileSync(join(out, `footfall-${name}-${version}.cdx.json`), 'utf8'));
		expect(faultsByCycloneDx(bill)).toEqual([]);
		expect(bill.metadata.component).toMatchObject({
			name: `@footfall/${name}`,
			version,
			purl: `pkg:npm/%40footfall/${name}@${version}`,
		});
		const names = bill.components.map((component: { name: string }) => component.name);
		if (name === 'cli') {
			expect(names).toEqual(expect.arrayContaining(['uWebSockets.js', 'chdb', 'zod', '@footfall/collector', 'split2']));
			// The library of every system is a component, or is named as missing and told to who runs the release.
			const missing = missingIn(bill);
			for (const line of missing) expect(text).toContain(`the registry lacks ${line}`);
			const libraries = [...names, ...missing.map((line) => line.replace(/(?<=.)@.*/, ''))];
			const systems = ['darwin-arm64', 'darwin-x64', 'linux-arm64-gnu', 'linux-x64-gnu'];
			expect(libraries).toEqual(expect.arrayContaining(systems.map((system) => `@chdb/lib-${system}`)));
		} else expect(names).toEqual([]);
		for (const component of bill.components) {
			expect(component.licenses, component.name).toBeDefined();
			// Bundled packages are part of the packed file, which has a digest.
			const isBundled = component.properties.some(({ name }: { name: string }) => name === 'cdx:npm:package:bundled');
			expect(component.hashes !== undefined || isBundled, component.name).toBe(true);
		}
		const refs = bill.dependencies.map(({ ref }: { ref: string }) => ref);
		expect(refs).toContain(bill.metadata.component['bom-ref']);
	});

	it('states what the packages were made from', () => {
		const statement = JSON.parse(readFileSync(join(out, `footfall-${version}.intoto.json`), 'utf8'));
		expect(statement._type).toBe('https://in-toto.io/Statement/v1');
		expect(statement.predicateType).toBe('https://slsa.dev/provenance/v1');
		for (const { name, digest: sums } of statement.subject) {
			const [, short] = /^pkg:npm\/%40footfall\/(\w+)@9\.9\.9$/.exec(name) ?? [];
			expect(sums.sha256).toBe(digest(join(out, `footfall-${short}-${version}.tgz`)));
		}
		expect(statement.subject.length).toBe(3);
		const { buildDefinition, runDetails } = statement.predicate;
		expect(buildDefinition.externalParameters).toEqual({ version, isDryRun: true });
		expect(buildDefinition.internalParameters).toEqual({ isTreeClean: true, changedFiles: [] });
		expect(buildDefinition.resolvedDependencies).toEqual([
			{ name: 'source', digest: { gitCommit: git('rev-parse', 'HEAD') } },
			{ name: 'pnpm-lock.yaml', digest: { sha256: digest(join(clone, 'pnpm-lock.yaml')) } },
		]);
		expect(runDetails.builder.id).toMatch(/^https:/);
		for (const { name, digest: sums } of runDetails.byproducts) expect(sums.sha256).toBe(digest(join(out, name)));
	});
});

/** The faults of a bill by the JSON schema of its version. */
function faultsByCycloneDx(bill: { specVersion: string }): unknown[] {
	const library = dirname(createRequire(import.meta.url).resolve('@cyclonedx/cyclonedx-library/package.json'));
	const schema = (name: string) =>
		JSON.parse(readFileSync(join(library, `res/schema/${name}.SNAPSHOT.schema.json`), 'utf8'));
	// The formats of addresses are not checked, since ajv does not have them all.
	const ajv = new Ajv({ strict: false, validateFormats: false });
	for (const name of ['spdx', 'jsf-0.82'])
		ajv.addSchema({ ...schema(name), $id: `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json` });
	const validate = ajv.compile(schema(`bom-${bill.specVersion}`));
	validate(bill);
	expect(validate({ ...bill, components: [{ name: 'without a type' }] })).toBe(false);
	validate(bill);
	return validate.errors ?? [];
}

describe('a release', () => {
	it('refuses a tree that differs from the commit, a version of its own, and a changelog without a date', () => {
		writeFileSync(join(clone, 'planted.txt'), '');
		writeFileSync(
			join(clone, 'packages/node/package.json'),
			inClone('packages/node/package.json').replace(version, '1.0.0'),
		);
		writeFileSync(join(clone, 'CHANGELOG.md'), inClone('CHANGELOG.md').replace('(2026-01-31)', '(unreleased)'));
		const { code, text } = run('release.js', '--out', join(scratch, 'refused'));
		restore();
		expect(code).toBe(1);
		expect(text).toMatch(/files differ from the commit: .*planted\.txt/);
		expect(text).toContain(`the version is ${version}, but packages/node/package.json has 1.0.0`);
		expect(text).toContain('has no date');
		expect(readdirSync(scratch)).not.toContain('refused');
	});

	it('refuses a version that is tagged, pages of one that is not on npm, and groups that the changelog does not have', () => {
		git('tag', `v${version}`);
		writeFileSync(join(clone, 'CHANGELOG.md'), inClone('CHANGELOG.md').replace('### Added', '### Changed'));
		writeFileSync(join(clone, 'packages/node/README.md'), 'The package is not on npm yet.\n');
		const { code, text } = run('release.js');
		git('tag', '--delete', `v${version}`);
		restore();
		expect(code).toBe(1);
		expect(text).toContain(`the tag v${version} exists`);
		expect(text).toContain('a group "Changed"');
		expect(text).toContain('packages/node/README.md would tell readers of the packages that they are not on npm yet');
	});

	it('refuses a package with a test, a source or a hidden file in it, and one that is too large', () => {
		const planted = (path: string, content = '') => {
			writeFileSync(join(clone, path), content);
			const folder = join(scratch, `planted-${basename(path)}`);
			const packed = run('pack.js', folder, `@footfall/${path.split('/')[1]}`);
			const checked = run('check-packages.js', folder);
			rmSync(join(clone, path));
			return { packed, checked };
		};
		for (const path of ['packages/node/dist/a.spec.js', 'packages/node/dist/a.ts', 'packages/node/dist/.env']) {
			const { checked } = planted(path);
			expect(checked.code, path).toBe(1);
			expect(checked.text).toContain(`dist/${basename(path)} is a`);
		}
		const { packed } = planted('packages/tracker/dist/large.js', 'x'.repeat(60_000));
		expect(packed.code).toBe(1);
		expect(packed.text).toContain('more than 60000');
	});

	it('ends before it publishes, and prints the commands that do', () => {
		const { code, text } = run('release.js', '--out', join(scratch, 'real'));
		expect(code, text).toBe(0);
		expect(text).toContain(`git tag --sign v${version} --message 'Footfall ${version}' ${git('rev-parse', 'HEAD')}`);
		const published = [...text.matchAll(/^npm publish (\S+) --access public$/gm)].map(([, file]) =>
			basename(file ?? ''),
		);
		expect(published).toEqual(['tracker', 'node', 'cli'].map((name) => `footfall-${name}-${version}.tgz`));
		expect(git('tag', '--list')).toBe('');
		// A release has the same bytes as a dry run of the same commit.
		for (const name of published) expect(digest(join(scratch, 'real', name))).toBe(digest(join(out, name)));
	});
});
