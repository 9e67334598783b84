// The version of a release, and the state of the repository that it is made from.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { changelogFaults } from './changelog.js';

/** Manifests of the workspace, all of which have the version of the root. */
export const manifestsOf = (root) => [
	'package.json',
	...readdirSync(join(root, 'packages')).map((name) => `packages/${name}/package.json`),
	'demo-shop/package.json',
	'tests/tracker/package.json',
];

const versionIn = (root, path) => JSON.parse(readFileSync(join(root, path), 'utf8')).version;

/** Runs git. @returns its output without the last line break; undefined if it failed */
function git(root, ...args) {
	const { status, stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8' });
	return status === 0 ? stdout.trimEnd() : undefined;
}

/** The pages that say that the packages are not on npm yet, which is wrong as soon as they are published. */
const pagesBeforeNpm = (root) =>
	(git(root, 'grep', '--files-with-matches', 'not on npm yet', '--', '*.md', ':!RELEASING.md') ?? '')
		.split('\n')
		.filter((line) => line !== '');

/** Reads the state from the files and from git. */
export function readState(root) {
	const version = versionIn(root, 'package.json');
	return {
		version,
		otherVersions: manifestsOf(root)
			.filter((path) => versionIn(root, path) !== version)
			.map((path) => `${path} has ${versionIn(root, path)}`),
		commit: git(root, 'rev-parse', 'HEAD'),
		changed: (git(root, 'status', '--porcelain') ?? '').split('\n').filter((line) => line !== ''),
		isTagged: (git(root, 'tag', '--list', `v${version}`) ?? '') !== '',
		earlyPages: pagesBeforeNpm(root),
		changelogFaults: changelogFaults(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'), version),
	};
}

/** Why no release can be made of a state, one line each. Pure. */
export function refusalsOf({ version, otherVersions, commit, changed, isTagged, earlyPages, changelogFaults }) {
	const more = changed.length > 3 ? ` and ${changed.length - 3} more` : '';
	return [
		...(commit === undefined ? ['this is no git repository with a commit'] : []),
		...(changed.length > 0
			? [`files differ from the commit: ${changed.slice(0, 3).join(', ')}${more}; commit them, or remove them`]
			: []),
		...(otherVersions.length > 0
			? [`the version is ${version}, but ${otherVersions.join(', ')}; run node scripts/set-version.js ${version}`]
			: []),
		...(isTagged ? [`the tag v${version} exists; a published version is never changed`] : []),
		...(earlyPages.length > 0
			? [`${earlyPages.join(', ')} would tell readers of the packages that they are not on npm yet; change that`]
			: []),
		...changelogFaults,
	];
}
